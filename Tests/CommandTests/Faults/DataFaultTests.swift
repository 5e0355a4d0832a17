import Daemon
import Foundation
import Testing

/// H.264 in which bytes are broken at random, on its way to the decoder.
@Suite("Bit-flipped H.264", .timeLimit(.minutes(5)), .serialized)
struct DataFaultTests {
    private static let frames = 100

    enum Place: String, CaseIterable, Sendable {
        /// Whole access units, as they come from a network.
        case beforeParser, afterParser
        /// The container too.
        case inContainer
    }

    private static let rates = ["0.00002", "0.0005", "0.01", "0.5"]
    /// How many seeds each place and rate gets.
    private static let seeds: Int = {
        let asked = ProcessInfo.processInfo.environment["INPAINTD_TEST_SEEDS"].flatMap { Int($0) }
        if asked == nil { print("SKIPPED: bit flips with more than 2 seeds: INPAINTD_TEST_SEEDS=50 tries so many") }
        return asked ?? 2
    }()

    @Test("it plays on, or ends with one fault: the data's", arguments: Place.allCases, rates)
    func flips(place: Place, rate: String) throws {
        try withFolder { folder in
            let input = "\(folder)/in.mkv"
            let made = try Program.run(
                "run", "-q", "--launch",
                "videotestsrc num-buffers=\(Self.frames) pattern=ball ! video/x-raw,format=I420,width=160,height=120,framerate=25/1"
                    + " ! x264enc speed-preset=ultrafast key-int-max=25 ! h264parse ! matroskamux ! filesink location=${o}",
                "o=\(input)")
            try #require(made.status == 0, "\(made.errors)")
            for seed in 1...Self.seeds {
                try play(input, place: place, rate: rate, seed: seed, in: folder)
            }
        }
    }

    private func play(_ input: String, place: Place, rate: String, seed: Int, in folder: String) throws {
        let output = "\(folder)/out-\(seed).mkv"
        let noise = "breakmydata seed=\(seed) probability=\(rate)"
        let units = "h264parse ! video/x-h264,stream-format=byte-stream,alignment=au"
        let source =
            switch place {
            case .beforeParser: "matroskademux ! \(units) ! \(noise) ! h264parse"
            case .afterParser: "matroskademux ! \(units) ! \(noise)"
            // The first bytes say what it is.
            case .inContainer: "\(noise) skip=600 ! matroskademux ! h264parse"
            }
        let outcome = try WorkerProgram(
            text: "filesrc location=${input} ! \(source) ! avdec_h264 ! videoconvert"
                + " ! inpaint name=stage mask=rect:20,20,8,8 weights=${weights}"
                + " ! x264enc tune=zerolatency speed-preset=ultrafast ! h264parse ! matroskamux ! filesink location=${output}",
            knobs: ["input": input, "output": output]
        ).finish()
        let about = "\(place.rawValue), \(rate), seed \(seed): \(outcome.faults) \(outcome.stage?.counters ?? [:])"
        #expect(outcome.status != nil, "\(about) \(outcome.errors)")
        #expect(outcome.faults.count + (outcome.hasEnded ? 1 : 0) == 1, "\(about)")
        if let fault = outcome.fault { #expect(fault.reason == .data, "\(about)") }
        let left = outcome.counter("frames-out") ?? 0
        #expect(outcome.isBalanced || outcome.counter("frames-in") == nil, "\(about)")
        #expect(outcome.hasEnded ? left == outcome.counter("frames-in") : true, "\(about)")
        if outcome.hasEnded, left > 0 { #expect(try probe(output) == Int(left), "\(about)") }
        if let kept = outcome.reports.event("kept"), kept.contains("was completed") {
            #expect(try probe(output) > 0, "\(about)")
        }
        // Little noise in whole units costs little.
        if rate == Self.rates[0], place != .inContainer {
            #expect(left > Self.frames / 2, "\(about)")
        }
    }
}
