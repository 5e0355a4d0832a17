import Foundation
import Testing

/// Real clips beside the project, or where INPAINTD_TEST_DATA says: `train/*.mp4`.
private let clips: [String] = {
    let beside = URL(filePath: pipelines).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared/data").path
    let folder = (ProcessInfo.processInfo.environment["INPAINTD_TEST_DATA"] ?? beside) + "/train"
    // try? because a folder that is not there has no clips, and that is told below.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let films = names.filter { $0.hasSuffix(".mp4") }.sorted().prefix(2).map { "\(folder)/\($0)" }
    if films.isEmpty { print("SKIPPED: no real clips in \(folder); set INPAINTD_TEST_DATA") }
    return films
}()

@Suite struct RealClipTests {
    private static let size = (width: 432, height: 240)
    private static let hole = (x: 344, y: 16, width: 72, height: 32)

    /// The frames of a clip as packed RGB, with `stage` in their way.
    private func decode(_ clip: String, through stage: String, in folder: String) throws -> [UInt8] {
        let raw = "\(folder)/raw"
        let outcome = try Program.run(
            "run", "-q", "--launch",
            "filesrc location=${clip} ! decodebin ! videoconvert ! videoscale"
                + " ! video/x-raw,format=RGB,width=\(Self.size.width),height=\(Self.size.height)"
                + " ! \(stage) ! filesink location=${raw}",
            "clip=\(clip)", "raw=\(raw)")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return [UInt8](try #require(FileManager.default.contents(atPath: raw)))
    }

    @Test("a hole in a real clip is filled with something like it, and nothing else changes", arguments: clips)
    func repair(clip: String) throws {
        try withFolder { folder in
            let truth = try decode(clip, through: "identity", in: folder)
            let rectangle = "rect:\(Self.hole.x),\(Self.hole.y),\(Self.hole.width),\(Self.hole.height)"
            let repaired = try decode(clip, through: "inpaint mask=\(rectangle) grow=0 feather=0", in: folder)
            let frames = truth.count / (Self.size.width * Self.size.height * 3)
            try #require(frames > 1)
            try #require(repaired.count == truth.count)
            var changedOutside = 0
            var squares = 0.0
            for index in truth.indices {
                let pixel = index / 3
                let x = pixel % Self.size.width
                let y = pixel / Self.size.width % Self.size.height
                let isHole =
                    (Self.hole.x..<Self.hole.x + Self.hole.width).contains(x)
                    && (Self.hole.y..<Self.hole.y + Self.hole.height).contains(y)
                let difference = Double(truth[index]) - Double(repaired[index])
                if isHole { squares += difference * difference } else if difference != 0 { changedOutside += 1 }
            }
            let samples = Double(frames * Self.hole.width * Self.hole.height * 3)
            #expect(changedOutside == 0)
            #expect(10 * log10(255 * 255 / (squares / samples)) > 12, "dB in the hole")
        }
    }
}
