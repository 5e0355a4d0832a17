import Daemon
import Testing

@Suite struct ConfigurationEnvironmentTests {
    private func knob(_ value: String, _ environment: [String: String] = [:]) throws -> String? {
        try read("streams: {a: {text: x, knobs: {k: '\(value)'}}}", environment).streams.first?.knobs["k"]
    }

    @Test(
        "${NAME} is the environment's variable, its default, or a literal",
        arguments: [
            ("${A}", "1"), ("x${A}y${B}z", "x1y2z"), ("${C:3}", "3"), ("${A:3}", "1"), ("${C:}", ""),
            ("${C:a:b}", "a:b"),
            ("$${A}", "${A}"), ("$A", "$A"), ("$", "$"), ("a$$b", "a$$b"), ("$${", "${"), ("}", "}"),
            // What a variable holds is not read again.
            ("${D}", "${A}"),
        ])
    func expansion(text: String, expected: String) throws {
        #expect(try knob(text, ["A": "1", "B": "2", "D": "${A}"]) == expected)
    }

    @Test(
        "a reference that cannot be followed is told with its place, and no value",
        arguments: [
            ("${A}", "k: the environment has no variable A, which ${A} asks for"),
            ("${}", "k: ${} is no variable's name, expected letters, digits and _"),
            ("${1A}", "k: ${1A} is no variable's name, expected letters, digits and _"),
            ("${a\n\nb}", #"k: ${a\nb} is no variable's name, expected letters, digits and _"#),
            ("${a-b}", "k: ${a-b} is no variable's name, expected letters, digits and _"),
            ("x ${A", "k: ${ without a }, expected ${NAME}; a literal ${ is written $${"),
        ])
    func refusals(text: String, detail: String) {
        #expect(throws: ConfigurationError(place: "c.yaml:1:35", detail: detail)) { try knob(text) }
    }

    @Test("a report shows a value as the file has it")
    func hidden() {
        let detail = "autostart is \"${A}\", expected true or false"
        #expect(throws: ConfigurationError(place: "c.yaml:1:35", detail: detail)) {
            try read("streams: {a: {text: x, autostart: '${A}'}}", ["A": "hunter2"])
        }
    }

    @Test("a variable counts more than the file, for every key")
    func overrides() throws {
        let text = """
            control: {socket: /a, listen: 127.0.0.1:1, allow-text: false, roots: [/a], elements: [a]}
            ready-within: 1s
            stop-timeout: 1s
            defaults: {restart: always}
            streams:
              front-door.2:
                pipeline: p
                knobs: {mask-file: m, k: v}
              other: {text: x, stall-timeout: 3s}
            """
        let configuration = try read(
            text,
            [
                "INPAINTD_CONTROL_SOCKET": "/b", "INPAINTD_CONTROL_LISTEN": "localhost:2",
                "INPAINTD_CONTROL_ALLOW_TEXT": "true", "INPAINTD_CONTROL_ROOTS": "/b,c",
                "INPAINTD_CONTROL_ELEMENTS": "",
                "INPAINTD_READY_WITHIN": "2s", "INPAINTD_STOP_TIMEOUT": "3s",
                "INPAINTD_DEFAULTS_RESTART": "never", "INPAINTD_DEFAULTS_STALL_TIMEOUT": "9s",
                "INPAINTD_DEFAULTS_RESTART_DELAYS": "100ms,2s,3min",
                "INPAINTD_STREAMS_FRONT_DOOR_2_PIPELINE": "q", "INPAINTD_STREAMS_FRONT_DOOR_2_ON_LOSS": "hold",
                "INPAINTD_STREAMS_FRONT_DOOR_2_KNOBS_MASK_FILE": "${n}",
                "INPAINTD_CPU_LEVEL": "avx2", "INPAINTD_TEST_DATA": "x", "INPAINTD_PLUGIN_PATH": "x",
            ])
        #expect(
            configuration.control
                == .init(
                    socket: "/b", listen: "localhost:2", allowsText: true, roots: ["/b", "/etc/inpaintd/c"],
                    elements: []))
        #expect(configuration.readyWithin == .seconds(2))
        #expect(configuration.stopTimeout == .seconds(3))
        let (door, other) = (configuration.streams[0], configuration.streams[1])
        #expect(door.source == .file("/etc/inpaintd/q"))
        #expect(door.onLoss == .hold)
        #expect(door.restart == .never)
        #expect(door.stallTimeout == .seconds(9))
        #expect(door.restartDelays == [.milliseconds(100), .seconds(2), .seconds(180)])
        #expect(door.knobs == ["mask-file": "${n}", "k": "v"])
        #expect(door.secrets == ["${n}"])
        #expect(other.stallTimeout == .seconds(3))
    }

    @Test("a variable needs no key in the file, and no control in it")
    func withoutKey() throws {
        #expect(try read("streams: {}", ["INPAINTD_CONTROL_LISTEN": "[::1]:2"]).control.listen == "[::1]:2")
    }

    @Test(
        "a variable that names nothing, or two things, or nothing that can be, is told",
        arguments: [
            ("INPAINTD_CONTROL_SOCKTE", "/a", "it names nothing in c.yaml: did you mean INPAINTD_CONTROL_SOCKET?"),
            (
                "INPAINTD_STREAMS_B_RESTART", "never",
                "it names nothing in c.yaml: did you mean INPAINTD_STREAMS_A_RESTART?"
            ),
            ("INPAINTD_STREAMS_A_KNOBS", "x", "it names nothing in c.yaml: did you mean INPAINTD_STREAMS_A_KNOBS_K?"),
            (
                "INPAINTD_DEFAULTS_", "x",
                "it names nothing in c.yaml, expected the path of a key that the file may hold or a knob that it holds, "
                    + "such as INPAINTD_CONTROL_SOCKET"
            ),
            ("INPAINTD_STREAMS_A_RESTART", "maybe", "restart is its value, expected one of always, on-fault, never"),
            (
                "INPAINTD_STREAMS_A_RESTART_DELAYS", "1s,,3s",
                "an entry of restart-delays is its value, expected a whole number with its unit (ms, s, min or h), such "
                    + "as 500ms, 5s or 2min"
            ),
            (
                "INPAINTD_STREAMS_C_D_RESTART", "never",
                "it stands for both streams.c-d.restart and streams.c_d.restart, expected names that differ in more"
            ),
        ])
    func stray(name: String, value: String, detail: String) {
        #expect(throws: ConfigurationError(place: name, detail: detail)) {
            try read("streams: {a: {text: x, knobs: {k: v}}, c-d: {text: x}, c_d: {text: x}}", [name: value])
        }
    }

    @Test("a stream remembers which texts in its knobs are secret")
    func secrets() throws {
        let text = """
            streams:
              a:
                text: x
                knobs:
                  url: rtsp://${U:me}:${P}@h
                  port: ${Q:554}
                  password: plain
                  mask: m
            """
        let stream = try #require(try read(text, ["P": "hunter2"]).streams.first)
        #expect(stream.knobs["url"] == "rtsp://me:hunter2@h")
        #expect(stream.secrets.sorted() == ["hunter2", "plain"])
    }
}
