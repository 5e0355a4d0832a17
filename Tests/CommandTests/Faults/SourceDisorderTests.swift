import Daemon
import Foundation
import Testing

@Suite("Cameras and networks that do it wrong", .timeLimit(.minutes(5)))
struct SourceDisorderTests {
    private static func recording(_ muxer: String, _ path: String) -> String {
        "\(CameraDaemon.encoder) ! \(muxer) ! filesink location=\(path)"
    }

    @Test("lost, late and doubled packets: what can be decoded goes through, and the stream plays on")
    func badNetwork() throws {
        try withFolder { folder in
            let network =
                "netsim drop-probability=0.05 duplicate-probability=0.05 delay-probability=0.2 min-delay=5 max-delay=80"
            let camera = try Camera(showing: Camera.picture(network: network))
            let recording = "\(folder)/out.mkv"
            let daemon = try CameraDaemon(
                camera.url(), in: folder, source: "protocols=udp", sink: Self.recording("matroskamux", recording),
                keys: ["stall-timeout: 20s"])
            try daemon.wait(for: "running: ")
            try daemon.wait(forFrames: 150)
            let outcome = try daemon.end()
            #expect(outcome.faults.isEmpty, "\(outcome.log)")
            try expectPlays(recording, outcome)
        }
    }

    @Test(
        "a camera that changes its resolution and back loses no frame",
        arguments: ["mpegtsmux", "video/x-h264,stream-format=avc3 ! matroskamux"])
    func resolution(muxer: String) throws {
        try withFolder { folder in
            let camera = try Camera()
            let recording = "\(folder)/out"
            let daemon = try CameraDaemon(
                camera.url(), in: folder, source: "protocols=tcp", sink: Self.recording(muxer, recording),
                keys: ["stall-timeout: 20s"])
            try daemon.wait(for: "running: ")
            for (width, height) in [(160, 128), (96, 64)] {
                try camera.tell("set size caps \(Camera.caps(width, height))")
                try daemon.wait(forFrames: 75)
            }
            let outcome = try daemon.end()
            #expect(outcome.faults.isEmpty, "\(outcome.log)")
            #expect(outcome.stream.total("frames-lost") == 0)
            try expectPlays(recording, outcome)
            #expect(try sizes(in: recording) == ["96,64", "160,128", "96,64"])
        }
    }

    @Test("a new resolution that a Matroska file cannot take is one fault, in few words, and the stream plays again")
    func refusedResolution() throws {
        try withFolder { folder in
            let camera = try Camera()
            let recording = "\(folder)/out.mkv"
            let daemon = try CameraDaemon(
                camera.url(), in: folder, sink: Self.recording("matroskamux", recording), keys: ["stall-timeout: 20s"])
            try daemon.wait(for: "running: ")
            try camera.tell("set size caps \(Camera.caps(160, 128))")
            try daemon.wait(for: "running: ", times: 2)
            let outcome = try daemon.end()
            #expect(outcome.faults.count == 1)
            let fault = try #require(outcome.faults.first)
            #expect(fault.contains("data: ") && fault.contains("Caps changes are not supported by Matroska"))
            #expect(fault.count < 200, "\(fault)")
            #expect(try probe(recording) > 0)
        }
    }

    @Test("times that jump, stand still and wrap at 32 bits: every frame goes through, and the output's time goes on")
    func packetTimes() throws {
        try withFolder { folder in
            // 90000 a second: it wraps after two.
            let camera = try Camera(
                showing: Camera.picture(payloader: "timestamp-offset=\(UInt64(1 << 32) - 180_000)"))
            let recording = "\(folder)/out.mkv"
            let daemon = try CameraDaemon(
                camera.url(), in: folder, source: "protocols=tcp", sink: Self.recording("matroskamux", recording),
                keys: ["stall-timeout: 20s"])
            try daemon.wait(for: "running: ")
            try daemon.wait(forFrames: 75)
            for fault in ["shift 900000", "shift -5400000", "repeat 5", "shift 2147483648", "shift -90000"] {
                try camera.tell(fault)
                try daemon.wait(forFrames: 50)
            }
            let outcome = try daemon.end()
            #expect(outcome.faults.isEmpty, "\(outcome.log)")
            try expectPlays(recording, outcome)
            let times = try times(in: recording)
            #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 < 20 }, "\(times)")
        }
    }

    @Test("frames whose own times jump forward and back and stand still all come out, and the recording plays")
    func frameTimes() throws {
        try withFolder { folder in
            let camera = try Camera()
            let recording = "\(folder)/out.mkv"
            // Without a buffer that makes it good, the packets' times are the frames'.
            let daemon = try CameraDaemon(
                camera.url(), in: folder, source: "protocols=tcp buffer-mode=none",
                sink: Self.recording("matroskamux", recording), keys: ["stall-timeout: 20s"])
            try daemon.wait(for: "running: ")
            for fault in ["shift 900000", "shift -450000", "repeat 5"] {
                try camera.tell(fault)
                try daemon.wait(forFrames: 50)
            }
            let outcome = try daemon.end()
            #expect(outcome.faults.isEmpty, "\(outcome.log)")
            #expect(outcome.stream.total("frames-lost") == 0)
            try expectPlays(recording, outcome, least: 0.25)
        }
    }

    /// A recording plays, its time goes on, and most of what came out is in it: where two frames have one time, or a
    /// frame an earlier one, encoder and muxer leave out pictures until there is a later one.
    private func expectPlays(_ path: String, _ outcome: CameraDaemon.Outcome, least: Double = 0.6) throws {
        let (recorded, out) = (try probe(path), Int(outcome.stream.total("frames-out")))
        #expect(recorded <= out && Double(recorded) > least * Double(out), "\(recorded) of \(out)")
        let times = try times(in: path)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }, "\(times)")
    }

    /// The sizes of a recording's pictures, each where it begins.
    private func sizes(in path: String) throws -> [String] {
        try ffprobe("frame=width,height", of: path).reduce(into: []) { sizes, size in
            if sizes.last != size { sizes.append(size) }
        }
    }

    /// When each picture of a recording is shown. Units: seconds.
    private func times(in path: String) throws -> [Double] {
        try ffprobe("frame=pts_time", of: path).compactMap { Double($0) }
    }
}
