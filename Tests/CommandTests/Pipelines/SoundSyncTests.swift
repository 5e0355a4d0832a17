import Foundation
import Synchronization
import Testing

/// Sound beside the stage stays with the picture: flashes and beeps, before and after.
@Suite("Sound and picture", .timeLimit(.minutes(10)), .serialized)
struct SoundSyncTests {
    private func check(_ what: String, input: String, output: String, atLeast count: Int) throws {
        let before = try #require(try FlashAndBeep.offsets(in: input).median)
        let after = try FlashAndBeep.offsets(in: output)
        print("\(what): sound after picture, in \([before].milliseconds), out \(after.milliseconds)")
        #expect(after.count >= count)
        for offset in after { #expect(abs(offset - before) <= FlashAndBeep.frame, "\(what)") }
    }

    @Test("a film that goes through the window session keeps its sound to the sample")
    func film() throws {
        try withFolder { folder in
            let (input, output) = ("\(folder)/in.mp4", "\(folder)/out.mp4")
            try FlashAndBeep.make(input, seconds: 6)
            let outcome = try play("file", ["input": input, "output": output, "speed": "ultrafast"]).finish()
            #expect(outcome.isComplete, "\(outcome.errors)")
            try check("file, window session", input: input, output: output, atLeast: 4)
        }
    }

    @Test(
        "live MPEG-TS keeps its sound, in time, with a budget, and where the machine is too slow for it",
        arguments: [
            ("memory session", [:], "rect:20,20,30,20"), ("budget of 10 ms", ["budget": "10"], "rect:0,0,90,108"),
            ("too slow", [:], "rect:20,20,30,20"),
        ])
    func live(name: String, knobs: [String: String], mask: String) throws {
        try withFolder { folder in
            let (input, output) = ("\(folder)/in.ts", "\(folder)/out.ts")
            try FlashAndBeep.make(input, seconds: 8)
            let (from, to) = (try freePortPair(), try freePortPair())
            // Every frame takes half as long again as there is time, and they wait longer and longer.
            let slowness = name == "too slow" ? " ! identity sleep-time=60000" : ""
            let text = try String(contentsOfFile: "\(pipelines)/udp-to-udp.pipeline", encoding: .utf8)
            let stage = "latency-budget=${budget:0}"
            try #require(text.contains(stage))
            try Data(text.replacingOccurrences(of: stage, with: stage + slowness).utf8)
                .write(to: URL(filePath: "\(folder)/udp-to-udp.pipeline"))
            let program = try play(
                "udp-to-udp",
                ["from": "udp://127.0.0.1:\(from)", "host": "127.0.0.1", "port": "\(to)"].merging(knobs) { $1 },
                mask: mask, in: folder)
            try program.wait(for: "inpaintd: playing")
            // It writes down what is sent, byte for byte: a player would put times of its own on what it hears first.
            let receiver = try Peer([
                "gst-launch-1.0", "-q", "udpsrc", "port=\(to)", "address=127.0.0.1", "buffer-size=2000000", "!",
                "filesink",
                "location=\(output)", "buffer-mode=unbuffered",
            ])
            try eventually("the receiver") { FileManager.default.fileExists(atPath: output) }
            let sender = try Peer.ffmpeg(
                "-re", "-i", input, "-c", "copy", "-f", "mpegts", "udp://127.0.0.1:\(from)?pkt_size=1316")
            #expect(try sender.finish().status == 0)
            let outcome = try program.drain()
            #expect(outcome.isComplete, "\(outcome.errors)")
            let sent = outcome.counter("frames-out")
            try eventually("every frame at the receiver") { try PlayedFile(output).frames == sent }
            receiver.stop()
            let held = outcome.counter("frames-held-back") ?? 0
            print("\(name): \(held) frames held back, \(outcome.counter("frames-late") ?? 0) late")
            try check("udp-to-udp, \(name)", input: input, output: output, atLeast: 5)
        }
    }

    @Test("sinks that keep the time show picture and sound together, however long the stage takes")
    func shown() throws {
        try withFolder { folder in
            let input = "\(folder)/in.ts"
            try FlashAndBeep.make(input, seconds: 8)
            let without = try shown(input, "identity", in: folder)
            let stage = "inpaint mask=rect:0,0,90,108 weights=\(WorkerProgram.weights)"
            let live = try shown(input, stage + " session=memory", in: folder)
            let window = try shown(input, stage + " session=window", in: folder)
            print(
                "shown: sound after picture, without a stage \(without.milliseconds); memory session"
                    + " \(live.milliseconds); window session \(window.milliseconds)")
            let expected = try #require(without.median)
            for offsets in [live, window] {
                // A machine that is busy shows one or the other late; a latency that is not true shifts them all.
                let together = offsets.filter { abs($0 - expected) <= FlashAndBeep.frame }
                #expect(offsets.count >= 3 && together.count * 3 >= offsets.count)
            }
        }
    }

    /// Plays a film live, and hears and sees when its beeps and flashes leave the sinks.
    private func shown(_ input: String, _ stage: String, in folder: String) throws -> [Double] {
        let (port, picture, sound) = (try freePortPair(), "\(folder)/picture", "\(folder)/sound")
        for path in [picture, sound] {
            unlink(path)
            try #require(mkfifo(path, 0o600) == 0)
        }
        let half = FlashAndBeep.size.width / 2
        let text =
            "udpsrc port=${port} address=127.0.0.1 caps=video/mpegts,systemstream=true ! tsparse ! decodebin name=in"
            + " in. ! video/x-raw ! queue ! videoconvert ! \(stage) ! videocrop left=\(half) ! videoconvert"
            + " ! video/x-raw,format=GRAY8 ! queue ! filesink location=${picture} sync=true buffer-mode=unbuffered"
            + " in. ! audio/x-raw ! queue max-size-time=5000000000 max-size-buffers=0 ! audioconvert"
            + " ! audio/x-raw,format=S16LE,channels=1 ! queue"
            + " ! filesink location=${sound} sync=true buffer-mode=unbuffered"
        let program = try Program([
            "run", "-v", "--json", "--launch", text, "port=\(port)", "picture=\(picture)", "sound=\(sound)",
        ])
        let frameBytes = half * FlashAndBeep.size.height
        let flashes = Onsets(of: picture, pieces: frameBytes) { piece in
            piece.reduce(0) { $0 + Int($1) } / piece.count > 128
        }
        let beeps = Onsets(of: sound, pieces: 480) { piece in
            piece.withUnsafeBytes { $0.bindMemory(to: Int16.self).contains { abs(Int($0)) > 6000 } }
        }
        try program.wait(for: "inpaintd: playing")
        let sender = try Peer.ffmpeg(
            "-re", "-i", input, "-c", "copy", "-f", "mpegts", "udp://127.0.0.1:\(port)?pkt_size=1316")
        #expect(try sender.finish().status == 0)
        let outcome = try program.drain()
        #expect(outcome.status == 0, "\(outcome.errors)")
        return FlashAndBeep.pairs(try flashes.finish(), try beeps.finish())
    }
}

/// When something begins in a raw stream, by the clock at which it comes out of a pipe.
private final class Onsets: Sendable {
    private let found = Mutex<[Double]>([])
    private let end = DispatchSemaphore(value: 0)

    /// Reads to the end, in pieces of so many bytes; each is something or nothing.
    init(of path: String, pieces size: Int, isSomething: @escaping @Sendable (Data) -> Bool) {
        DispatchQueue(label: "onsets").async { [self] in
            defer { end.signal() }
            guard let handle = FileHandle(forReadingAtPath: path) else { return }
            var rest = Data()
            var wasSomething = true
            while true {
                let data = handle.availableData
                let now = Double(DispatchTime.now().uptimeNanoseconds) / 1e9
                if data.isEmpty { return }
                rest.append(data)
                while rest.count >= size {
                    let something = isSomething(Data(rest.prefix(size)))
                    if something, !wasSomething { found.withLock { $0.append(now) } }
                    wasSomething = something
                    rest = Data(rest.dropFirst(size))
                }
            }
        }
    }

    func finish() throws -> [Double] {
        guard end.wait(timeout: .now() + Child.patience) == .success else {
            throw Child.Timeout(description: "a raw stream does not end")
        }
        return found.withLock { $0 }
    }
}
