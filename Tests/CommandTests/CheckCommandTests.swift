import Foundation
import MediaGraph
import Testing

@Suite("inpaintd check", .timeLimit(.minutes(1)))
struct CheckCommandTests {
    private static let files = [
        "file", "hls-to-stdout", "privacy", "rtp-send", "rtp-to-shm", "rtsp-relay", "rtsp-server", "rtsp-to-files",
        "rtsp-to-hls", "rtsp-to-rtsp", "rtsp-to-srt", "rtsp", "srt-to-srt", "stdio", "test", "udp-to-udp", "v4l2",
    ]

    @Test("every shipped pipeline is well-formed and begins with what it is for", arguments: files)
    func shipped(name: String) throws {
        let path = "\(pipelines)/\(name).pipeline"
        let outcome = try Program.run("check", path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasPrefix("# "))
        #expect(text.contains("# Example: "))
        let comment = text.prefix { $0 != "\n" } + text.components(separatedBy: "\n\n")[0]
        for knob in try PipelineDescription(parsing: text, name: path).knobs {
            // One line may explain several, as `user, password`.
            let words = comment.split(separator: "\n").filter { $0.hasPrefix("#   ") }.flatMap { line in
                line.dropFirst(4).prefix { !$0.isWhitespace || $0 == " " }.split(separator: " ").prefix(3)
            }
            #expect(words.contains { $0 == knob.name || $0 == "\(knob.name)," }, "\(knob.name)")
        }
    }

    @Test("no pipeline is missing from that list")
    func complete() throws {
        let found = try FileManager.default.contentsOfDirectory(atPath: pipelines).sorted()
        #expect(found == Self.files.map { $0 + ".pipeline" })
    }

    @Test("every element of the shipped pipelines has a Debian package to name", arguments: files)
    func packages(name: String) throws {
        let text = try String(contentsOfFile: "\(pipelines)/\(name).pipeline", encoding: .utf8)
        for element in try PipelineDescription(parsing: text, name: name).elementNames
        where !["inpaint", "rtspserversink"].contains(element) {
            #expect(ElementPackages.package(of: element) != nil, "\(element)")
        }
    }

    @Test("the knobs are listed, and those that run needs are told")
    func knobs() throws {
        let outcome = try Program.run("check", "\(pipelines)/file.pipeline", "input=a b.mp4")
        let lines = outcome.text.split(separator: "\n").map(String.init)
        #expect(lines.contains("  input: = a b.mp4"))
        #expect(lines.contains("  output: needed by run"))
        #expect(lines.contains("  quality: by default 20"))
    }

    @Test("a broken text and an unknown knob are refused with 64, and nothing plays")
    func broken() throws {
        try withFolder { folder in
            let path = "\(folder)/broken.pipeline"
            try Data("fakesrc !\n  filesink location=\"\(folder)/x\n".utf8).write(to: URL(filePath: path))
            let outcome = try Program.run("check", path)
            #expect(outcome.status == 64)
            #expect(outcome.lastLine == "error: \(path):2:21: this quote is never closed")
            #expect(try Program.run("check", "\(pipelines)/file.pipeline", "inptu=x").status == 64)
            let unplayed = try Program.run("check", "--launch", "fakesrc ! filesink location=\(folder)/x")
            #expect(unplayed.status == 0)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/x"))
        }
    }
}
