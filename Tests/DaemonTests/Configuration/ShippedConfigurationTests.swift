import Daemon
import Foundation
import Testing

@Suite struct ShippedConfigurationTests {
    private let text: String

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        text = try String(contentsOf: root.appending(path: "packaging/inpaintd.yaml"), encoding: .utf8)
    }

    @Test("the shipped configuration is read")
    func isRead() throws {
        let configuration = try read(text)
        #expect(configuration.streams.map(\.name) == ["camera", "test-card"])
        #expect(configuration.streams[0].knobs["url"] == "rtsp://viewer:change-me@192.0.2.10/stream")
    }

    @Test("every key that is read stands in it, in its place, behind a comment", arguments: configurationKeys())
    func everyKey(path: [String]) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let indent = String(repeating: "  ", count: path.count - 1)
        var section = lines[...]
        for (depth, key) in path.enumerated() {
            let start = String(repeating: "  ", count: depth) + key + ":"
            guard let line = section.firstIndex(where: { $0 == start || $0.hasPrefix(start + " ") }) else {
                Issue.record("\(path.joined(separator: ".")) does not stand in it")
                return
            }
            section = section[line...].dropFirst()
            if depth == path.count - 1 {
                #expect(lines[line - 1].hasPrefix("\(indent)#"), "\(path.joined(separator: ".")) has no comment")
            }
        }
    }

    @Test("what it says of a default is the default")
    func defaults() throws {
        let standard = try read("streams: {a: {text: x}}")
        let stream = try #require(standard.streams.first)
        let shown = try read(text)
        #expect(shown.readyWithin == standard.readyWithin)
        #expect(shown.stopTimeout == standard.stopTimeout)
        #expect(shown.control.allowsText == standard.control.allowsText)
        let camera = shown.streams[0]
        #expect(camera.autostart == stream.autostart)
        #expect(camera.restart == stream.restart)
        #expect(camera.earlierOutput == stream.earlierOutput)
        #expect(camera.startTimeout == stream.startTimeout)
        #expect(camera.stallTimeout == stream.stallTimeout)
        #expect(camera.stopTimeout == stream.stopTimeout)
        #expect(camera.restartDelays == stream.restartDelays)
        #expect(camera.recovery == stream.recovery)
    }
}

/// The path of every key; a stream's own keys are looked for in the first stream, or in the defaults.
private func configurationKeys() -> [[String]] {
    DaemonConfiguration.keys.map { path in
        path.count == 2 && path[0] == "streams"
            ? ["streams", path.last == "text" ? "test-card" : "camera"] + path.dropFirst() : path
    }
}
