import Daemon
import Testing

/// Reads a configuration as a file `c.yaml` in `/etc/inpaintd`.
func read(_ text: String, _ environment: [String: String] = [:]) throws(ConfigurationError) -> DaemonConfiguration {
    try DaemonConfiguration(yaml: text, name: "c.yaml", folder: "/etc/inpaintd", environment: environment)
}

@Suite struct ConfigurationReadingTests {
    @Test("every key is read")
    func everyKey() throws {
        let text = """
            control:
              socket: run/control.sock
              listen: '[::1]:9080'
              allow-text: true
              roots: [/srv/media, masks]
              elements: [queue, inpaint]
            ready-within: 3s
            stop-timeout: 1min
            defaults:
              autostart: false
              restart: always
              on-loss: hold
              slate: s.png
              earlier-output: overwrite
              start-timeout: 1s
              stall-timeout: 500ms
              memory-limit: 512MiB
              stop-timeout: 2min
              restart-delays: [100ms, 2s, 1h]
              recovery: 7s
              gst-debug: 'rtspsrc:5,GST_*:warning,2'
            streams:
              b:
                pipeline: b.pipeline
                knobs: {port: 5004, empty: '', flag: true}
              a:
                text: videotestsrc ! fakesink name=${knob}
                autostart: true
                restart: never
                on-loss: slate
                slate: /t.png
                earlier-output: keep
                start-timeout: 2s
                stall-timeout: 3s
                memory-limit: 2GiB
                stop-timeout: 4s
                restart-delays: [1s, 2s, 3s]
                recovery: 1min
                gst-debug: none
            """
        var b = StreamConfiguration(
            name: "b", source: .file("/etc/inpaintd/b.pipeline"), knobs: ["port": "5004", "empty": "", "flag": "true"])
        b.autostart = false
        b.restart = .always
        b.onLoss = .hold
        b.slate = "/etc/inpaintd/s.png"
        b.earlierOutput = .overwrite
        b.startTimeout = .seconds(1)
        b.stallTimeout = .milliseconds(500)
        b.memoryLimit = 512 << 20
        b.stopTimeout = .seconds(120)
        b.restartDelays = [.milliseconds(100), .seconds(2), .seconds(3600)]
        b.recovery = .seconds(7)
        b.folder = "/etc/inpaintd"
        b.gstDebug = "rtspsrc:5,GST_*:warning,2"
        let a = StreamConfiguration(
            name: "a", source: .text("videotestsrc ! fakesink name=${knob}"), autostart: true, restart: .never,
            onLoss: .slate, slate: "/t.png", startTimeout: .seconds(2), stallTimeout: .seconds(3),
            memoryLimit: 2 << 30, stopTimeout: .seconds(4), restartDelays: [.seconds(1), .seconds(2), .seconds(3)],
            recovery: .seconds(60), folder: "/etc/inpaintd", gstDebug: "none")
        let expected = DaemonConfiguration(
            control: .init(
                socket: "/etc/inpaintd/run/control.sock", listen: "[::1]:9080", allowsText: true,
                roots: ["/srv/media", "/etc/inpaintd/masks"], elements: ["queue", "inpaint"]),
            streams: [b, a], readyWithin: .seconds(3), stopTimeout: .seconds(60))
        let configuration = try read(text)
        #expect(configuration.control == expected.control)
        #expect(configuration.streams == expected.streams)
        #expect(configuration == expected)
    }

    @Test("what is left out has its default")
    func defaults() throws {
        let configuration = try read("streams: {a: {text: x}}", ["XDG_RUNTIME_DIR": "/run/user/7"])
        let expected = DaemonConfiguration(
            control: .init(socket: "/run/user/7/inpaintd/control.sock"),
            streams: [StreamConfiguration(name: "a", source: .text("x"), folder: "/etc/inpaintd")])
        #expect(configuration == expected)
    }

    @Test(
        "a span of time is read in each unit",
        arguments: [
            ("10ms", Duration.milliseconds(10)), ("90s", .seconds(90)), ("2min", .seconds(120)),
            ("24h", .seconds(86400)),
        ])
    func durations(text: String, expected: Duration) throws {
        #expect(try read("{ready-within: \(text), streams: {}}").readyWithin == expected)
    }

    @Test("relative paths are under the folder of the file's name")
    func folders() throws {
        func source(name: String, path: String) throws -> StreamConfiguration.Source? {
            try DaemonConfiguration(yaml: "streams: {a: {pipeline: \(path)}}", name: name, environment: [:])
                .streams.first?.source
        }
        #expect(try source(name: "c.yaml", path: "p") == .file("p"))
        #expect(try source(name: "/c.yaml", path: "p") == .file("/p"))
        #expect(try source(name: "/etc/x/c.yaml", path: "../p") == .file("/etc/x/../p"))
        #expect(try source(name: "/etc/x/c.yaml", path: "/p") == .file("/p"))
    }

    @Test("an anchor's value counts at each of its aliases")
    func aliases() throws {
        let configuration = try read("streams:\n  a: &a {text: x, knobs: {k: v}}\n  b: *a\n")
        #expect(configuration.streams.map(\.name) == ["a", "b"])
        #expect(configuration.streams.map(\.knobs) == [["k": "v"], ["k": "v"]])
    }

    @Test("the control socket is in the user's runtime folder, else where the user may write")
    func socket() {
        func socket(_ runtime: String?, user: UInt32) -> String {
            let environment = runtime.map { ["XDG_RUNTIME_DIR": $0] } ?? [:]
            return DaemonConfiguration.Control.defaultSocket(environment: environment, user: user)
        }
        #expect(socket("/run/user/7", user: 7) == "/run/user/7/inpaintd/control.sock")
        #expect(socket("/run/user/0", user: 0) == "/run/user/0/inpaintd/control.sock")
        #expect(socket(nil, user: 0) == "/run/inpaintd/control.sock")
        #expect(socket(nil, user: 7) == "/tmp/inpaintd-7/control.sock")
        #expect(socket("relative", user: 7) == "/tmp/inpaintd-7/control.sock")
        #expect(socket("", user: 7) == "/tmp/inpaintd-7/control.sock")
    }

    @Test("a reload tells what is new, gone and changed")
    func changes() throws {
        let old = try read("streams: {a: {text: x}, b: {text: x}, c: {text: x}, d: {text: x, knobs: {k: v}}}")
        let new = try read("streams: {d: {text: x, knobs: {k: w}}, c: {text: x}, e: {text: x}, a: {text: y}}")
        let changes = new.changes(from: old)
        #expect(changes.added == ["e"])
        #expect(changes.removed == ["b"])
        #expect(changes.changed == ["d", "a"])
        let none = old.changes(from: old)
        #expect(none.added.isEmpty && none.removed.isEmpty && none.changed.isEmpty)
    }

    @Test(
        "only addresses of this machine for itself are loopback",
        arguments: [
            ("127.0.0.1:1", "127.0.0.1:1"), ("127.255.0.9:65535", "127.255.0.9:65535"), ("[::1]:80", "[::1]:80"),
            ("localhost:80", "localhost:80"), ("0.0.0.0:80", nil), ("192.168.0.1:80", nil), ("[::]:80", nil),
            ("::1:80", nil), ("127.0.0.1", nil), ("127.0.0.1:", nil), ("127.0.0.1:0", nil), ("127.0.0.1:65536", nil),
            ("127.0.0.1:+80", nil), ("127.1:80", nil), ("127.0.0.01:80", nil), ("0127.0.0.1:80", nil),
            ("127.0.0.256:80", nil),
            ("localhost.example:80", nil), (":80", nil), ("", nil),
        ] as [(String, String?)])
    func loopback(text: String, read: String?) {
        #expect(LoopbackAddress(text)?.description == read)
    }
}
