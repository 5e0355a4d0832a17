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
