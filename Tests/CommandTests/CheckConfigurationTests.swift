import Foundation
import Testing

@Suite("inpaintd check --config", .timeLimit(.minutes(1)))
struct CheckConfigurationTests {
    private func check(_ configuration: String, pipeline: String = "") throws -> (Child.Outcome, path: String) {
        try withFolder { folder in
            let path = "\(folder)/c.yaml"
            try Data(configuration.utf8).write(to: URL(filePath: path))
            try Data(pipeline.utf8).write(to: URL(filePath: "\(folder)/p.pipeline"))
            return (try Program.run("check", "--config", path), path)
        }
    }

    private func lines(_ outcome: Child.Outcome) -> [String] {
        outcome.errors.split(separator: "\n").map { $0.replacingOccurrences(of: "inpaintd: error: ", with: "") }
    }

    @Test("a sound configuration is a line a stream, and nothing plays")
    func sound() throws {
        let (outcome, _) = try check(
            """
            streams:
              file: {pipeline: p.pipeline, knobs: {size: 64}}
              text: {text: 'fakesrc ! filesink location=${out}', knobs: {out: never.bin}}
            """, pipeline: "videotestsrc ! video/x-raw,width=${size} ! inpaint mask=rect:1,1,8,8 ! fakesink")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.text == "file: well-formed\ntext: well-formed\n")
    }

    @Test("everything that is wrong in the file is told, with 78")
    func wrongFile() throws {
        let (outcome, path) = try check("streams:\n  a: {pipline: x}\nready-within: 5s\ncontrol: {listen: ''}\n")
        #expect(outcome.status == 78)
        let lines = lines(outcome)
        #expect(lines.count == 3)
        #expect(lines.contains("\(path):2:7: unknown key \"pipline\": did you mean pipeline?"))
        #expect(lines.contains { $0.hasPrefix("\(path):4:19: listen is \"\", expected a loopback address") })
    }

    @Test("everything that is wrong in the streams is told, with 78, and no password")
    func wrongStreams() throws {
        let (outcome, path) = try check(
            """
            streams:
              a: {pipeline: p.pipeline, knobs: {locatoin: x}}
              b: {pipeline: missing.pipeline}
              c: {text: 'videotestsrc ! fakesink num-buffers=${n}', knobs: {n: 'rtsp://u:hunter2@h'}}
              d: {text: 'fakesrc ! fakesink'}
            """, pipeline: "filesrc location=${location} ! fakesink dump=${dump}")
        let folder = URL(filePath: path).deletingLastPathComponent().path
        #expect(outcome.status == 78)
        #expect(
            lines(outcome).prefix(4) == [
                "a: \(folder)/p.pipeline: the knob location is not set: add it to the stream's knobs",
                "a: \(folder)/p.pipeline: the knob dump is not set: add it to the stream's knobs",
                "a: \(folder)/p.pipeline: there is no knob locatoin: did you mean location?",
                "b: \(folder)/missing.pipeline: this pipeline file cannot be read",
            ])
        #expect(lines(outcome).last?.contains("num-buffers cannot be \"rtsp://u:***@h\"") == true)
        #expect(outcome.text == "d: well-formed\n")
    }

    @Test(
        "what a stream is asked to do besides is looked at too",
        arguments: [
            ("{text: 'videotestsrc ! fakesink', on-loss: hold}", "no inpaint element"),
            ("{text: 'videotestsrc ! inpaint', on-loss: hold}", "no sink behind"),
            ("{text: 'videotestsrc ! inpaint ! fakesink', on-loss: slate, slate: none.png}", "none.png"),
            ("{text: 'videotestsrc ! inpaint mask=rect:20,20 ! fakesink'}", "rect:20,20"),
            ("{text: 'videotestsrc ! inpaint mask=none.png ! fakesink'}", "none.png"),
            ("{text: 'videotestsrc ! inpaint region=some ! fakesink'}", "inpaint0: region"),
            ("{text: 'videotestsrc ! inpaint weights=none.safetensors ! fakesink'}", "none.safetensors"),
            ("{text: 'fakesrc ! rtspserversink port=${port}', knobs: {port: 9}}", "port: is set"),
            ("{text: 'fakesrc ! rtspserversink address=127.0.0.1'}", "address: is set"),
            ("{text: 'fakesrc ! rtspserversink user=a password=b'}", "user: is set"),
        ])
    func besides(stream: String, words: String) throws {
        let (outcome, _) = try check("rtsp: {listen: '127.0.0.1:8554'}\nstreams:\n  a: \(stream)\n")
        #expect(outcome.status == 78)
        let lines = lines(outcome)
        #expect(lines.count == 1 && lines[0].hasPrefix("a: ") && lines[0].contains(words), "\(lines)")
    }

    @Test("where nothing is served by RTSP, an rtspserversink may have a port of its own")
    func ownPort() throws {
        let (outcome, _) = try check("streams: {a: {text: 'fakesrc ! rtspserversink port=9 user=a password=b'}}\n")
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test("a file that is not there is 78, and a pipeline beside --config wrong usage")
    func usage() throws {
        let missing = try Program.run("check", "--config", "/nowhere/c.yaml")
        #expect(missing.status == 78)
        #expect(missing.lastLine == "error: /nowhere/c.yaml: it cannot be read: No such file or directory")
        #expect(try Program.run("check", "--config", "/nowhere/c.yaml", "x.pipeline").status == 64)
        #expect(try Program.run("check").status == 64)
        #expect(try Program.run("run").status == 64)
    }
}
