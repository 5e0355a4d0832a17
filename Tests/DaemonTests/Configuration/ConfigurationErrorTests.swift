import Daemon
import Testing

/// A configuration that is wrong, and every line that is said of it.
struct WrongConfiguration: Sendable, CustomTestStringConvertible {
    let text: String
    let problems: [String]

    init(_ text: String, _ problems: String...) {
        self.text = text
        self.problems = problems
    }

    var testDescription: String { problems.first ?? "" }
}

private let span = "expected a whole number with its unit (ms, s, min or h), such as 500ms, 5s or 2min"
private let loopback =
    "expected a loopback address with a port, such as 127.0.0.1:9080, [::1]:9080 or localhost:9080"
private let nameRule = "expected 1 to 64 letters, digits, -, _ and ., the first a letter or a digit"
private let streamKeys =
    "pipeline, text, knobs, autostart, restart, on-loss, slate, earlier-output, start-timeout, stall-timeout, "
    + "memory-limit, stop-timeout, restart-delays, recovery, gst-debug"
private let delays = "expected a list of 3 spans of time, such as [1s, 5s, 1min]"

@Suite struct ConfigurationErrorTests {
    static let wrong = [
        // What the document is.
        WrongConfiguration("", "c.yaml: nothing, expected a mapping with the key streams"),
        WrongConfiguration("# only a comment\n", "c.yaml: nothing, expected a mapping with the key streams"),
        WrongConfiguration(
            "- a", "c.yaml:1:1: the file is a list, expected a mapping; an empty one is {}"),
        WrongConfiguration(
            "{}", "c.yaml:1:1: there is no key streams, expected a mapping from names to streams; an empty one is {}"),
        WrongConfiguration(
            "streams: {}\n---\nstreams: {}\n",
            "c.yaml:2:1: this is not YAML: expected a single document in the stream: but found another document"),
        WrongConfiguration(
            "streams: [", "c.yaml:2:1: this is not YAML: while parsing a flow node: did not find expected node content"
        ),
        WrongConfiguration("streams: {}\ncon\u{0}trol: {}", "c.yaml:2:4: a NUL character, expected text"),
        WrongConfiguration(
            "streams: {}\n\u{1}", "c.yaml:2:1: this is not YAML: control characters are not allowed"),
        // Keys.
        WrongConfiguration("stream: {}\nstreams: {}", "c.yaml:1:1: unknown key \"stream\": did you mean streams?"),
        WrongConfiguration(
            "streams:\n  a:\n    pipline: x\n    text: y", "c.yaml:3:5: unknown key \"pipline\": did you mean pipeline?"
        ),
        WrongConfiguration(
            "streams:\n  a:\n    zzz: x\n    text: y", "c.yaml:3:5: unknown key \"zzz\", expected one of \(streamKeys)"),
        WrongConfiguration(
            "control: {sokcet: x}\nstreams: {}", "c.yaml:1:11: unknown key \"sokcet\": did you mean socket?"),
        WrongConfiguration(
            "defaults: {text: x}\nstreams: {}",
            "c.yaml:1:12: unknown key \"text\", expected one of autostart, restart, on-loss, slate, earlier-output, "
                + "start-timeout, stall-timeout, memory-limit, stop-timeout, restart-delays, recovery, gst-debug"),
        WrongConfiguration(
            #"streams: {a: {text: x, knobs: {"b\n": []}}}"#,
            #"c.yaml:1:39: b\n is a list, expected text; an empty one is ''"#),
        WrongConfiguration(
            "streams: {}\n? [a]\n: b", "c.yaml:2:3: a key is a list, expected a name"),
        WrongConfiguration(
            "streams:\n  a: &a {text: x}\n  b: {<<: *a, text: y}",
            "c.yaml:3:7: the key << is not read, expected what streams share under defaults"),
        WrongConfiguration(
            "streams:\n  a:\n    text: x\n    restart: never\n    \"text\": y",
            "c.yaml:5:5: the key text stands twice in one mapping"),
        WrongConfiguration(
            "streams:\n  a: {text: x}\n  b: {text: x}\n  a: {text: y}",
            "c.yaml:4:3: the key a stands twice in one mapping"),
        WrongConfiguration(
            "streams: {a: {text: x, text: y}}", "c.yaml:1:15: the key text stands twice in one mapping"),
        WrongConfiguration(
            "streams: {\"a\\nb\": {}, \"a\\nb\": {}}", "c.yaml:1:11: the key a\\nb stands twice in one mapping"),
        // Types.
        WrongConfiguration("streams:", "c.yaml:1:9: streams is nothing, expected a mapping; an empty one is {}"),
        WrongConfiguration("streams: [a]", "c.yaml:1:10: streams is a list, expected a mapping; an empty one is {}"),
        WrongConfiguration(
            "streams: {a: b}", "c.yaml:1:14: a is text, expected a mapping; an empty one is {}"),
        WrongConfiguration(
            "control: 5\nstreams: {}", "c.yaml:1:10: control is text, expected a mapping; an empty one is {}"),
        WrongConfiguration(
            "control: {roots: /srv}\nstreams: {}",
            "c.yaml:1:18: roots is text, expected a list of folders; an empty one is []"),
        WrongConfiguration(
            "control: {roots: [[a], '']}\nstreams: {}",
            "c.yaml:1:19: an entry of roots is a list, expected folders",
            "c.yaml:1:24: an entry of roots is empty, expected folders"),
        WrongConfiguration(
            "streams: {a: {text: x, autostart: yes}}", "c.yaml:1:35: autostart is \"yes\", expected true or false"),
        WrongConfiguration(
            "streams: {a: {text: x, autostart: [true]}}", "c.yaml:1:35: autostart is a list, expected true or false"),
        WrongConfiguration(
            "streams: {a: {text: x, knobs: {k: {l: m}}}}",
            "c.yaml:1:35: k is a mapping, expected text; an empty one is ''"),
        WrongConfiguration(
            "streams: {a: {text: x, knobs: {k: }}}", "c.yaml:1:35: k is nothing, expected text; an empty one is ''"),
        WrongConfiguration(
            "streams: {a: {text: x, knobs: {k: !!binary aGk=}}}",
            "c.yaml:1:35: k is text with a tag, expected text; an empty one is ''"),
        WrongConfiguration(
            "streams: {a: {text: x, knobs: {k: \"a\\0b\"}}}",
            "c.yaml:1:35: k holds a NUL character, expected text; an empty one is ''"),
        // Values.
        WrongConfiguration(
            "{ready-within: 5, streams: {}}", "c.yaml:1:16: ready-within is \"5\" without a unit, \(span)"),
        WrongConfiguration("{ready-within: 5 s, streams: {}}", "c.yaml:1:16: ready-within is \"5 s\", \(span)"),
        WrongConfiguration("{ready-within: 1.5s, streams: {}}", "c.yaml:1:16: ready-within is \"1.5s\", \(span)"),
        WrongConfiguration("{ready-within: -5s, streams: {}}", "c.yaml:1:16: ready-within is \"-5s\", \(span)"),
        WrongConfiguration("{ready-within: s, streams: {}}", "c.yaml:1:16: ready-within is \"s\", \(span)"),
        WrongConfiguration(
            "{ready-within: 9ms, streams: {}}", "c.yaml:1:16: ready-within is \"9ms\", expected 10ms to 24h"),
        WrongConfiguration(
            "{stop-timeout: 25h, streams: {}}", "c.yaml:1:16: stop-timeout is \"25h\", expected 10ms to 24h"),
        WrongConfiguration(
            "{stop-timeout: 99999999999999999999s, streams: {}}",
            "c.yaml:1:16: stop-timeout is \"99999999999999999999s\", expected 10ms to 24h"),
        WrongConfiguration(
            "streams: {a: {text: x, gst-debug: 'rtspsrc:10'}}",
            "c.yaml:1:35: gst-debug is \"rtspsrc:10\", expected a list as GST_DEBUG has it, such as rtspsrc:5,*:2"),
        WrongConfiguration(
            "streams: {a: {text: x, restart: on-falt}}",
            "c.yaml:1:33: restart is \"on-falt\", expected one of always, on-fault, never"),
        WrongConfiguration(
            "streams: {a: {text: x, on-loss: black}}",
            "c.yaml:1:33: on-loss is \"black\", expected one of stop, hold, slate"),
        WrongConfiguration(
            "streams: {a: {text: x, restart-delays: 1s}}", "c.yaml:1:40: restart-delays is text, \(delays)"),
        WrongConfiguration(
            "streams: {a: {text: x, restart-delays: [1s, 2s]}}",
            "c.yaml:1:40: restart-delays has 2 entries, \(delays)"),
        WrongConfiguration(
            "streams: {a: {text: x, restart-delays: [1s, 5, 1ms]}}",
            "c.yaml:1:45: an entry of restart-delays is \"5\" without a unit, \(span)",
            "c.yaml:1:48: an entry of restart-delays is \"1ms\", expected 10ms to 24h"),
        WrongConfiguration(
            "streams: {a: {text: x, recovery: 0s}}", "c.yaml:1:34: recovery is \"0s\", expected 10ms to 24h"),
        WrongConfiguration(
            "control: {listen: '0.0.0.0:80'}\nstreams: {}", "c.yaml:1:19: listen is \"0.0.0.0:80\", \(loopback)"),
        WrongConfiguration(
            "control: {listen: 'http://a:b@c'}\nstreams: {}", "c.yaml:1:19: listen is \"http://a:***@c\", \(loopback)"),
        WrongConfiguration("control: {socket: ''}\nstreams: {}", "c.yaml:1:19: socket is empty, expected a path"),
        WrongConfiguration(
            "control: {socket: /\(String(repeating: "s", count: 107))}\nstreams: {}",
            "c.yaml:1:19: socket is a path of 108 bytes, expected at most 107"),
        // Streams.
        WrongConfiguration("streams: {a/b: {text: x}}", "c.yaml:1:11: \"a/b\" is no stream's name, \(nameRule)"),
        WrongConfiguration("streams: {'': {text: x}}", "c.yaml:1:11: \"\" is no stream's name, \(nameRule)"),
        WrongConfiguration("streams: {..: {text: x}}", "c.yaml:1:11: \"..\" is no stream's name, \(nameRule)"),
        WrongConfiguration("streams: {é: {text: x}}", "c.yaml:1:11: \"é\" is no stream's name, \(nameRule)"),
        WrongConfiguration(
            "streams: {a: {}}", "c.yaml:1:11: the stream a has neither pipeline nor text, expected one of them"),
        WrongConfiguration(
            "streams: {a: {pipeline: x, text: y}}",
            "c.yaml:1:34: the stream a has both pipeline and text, expected one of them"),
        // All of them, in the order of the file.
        WrongConfiguration(
            "streams:\n  a: {pipeline: x, knob: y}\n  b: {restart: 1}\nready-within: 5",
            "c.yaml:2:20: unknown key \"knob\": did you mean knobs?",
            "c.yaml:3:3: the stream b has neither pipeline nor text, expected one of them",
            "c.yaml:3:16: restart is \"1\", expected one of always, on-fault, never",
            "c.yaml:4:15: ready-within is \"5\" without a unit, \(span)"),
    ]

    @Test("what is wrong is told with its place, and what was expected", arguments: wrong)
    func messages(wrong: WrongConfiguration) {
        let error = #expect(throws: ConfigurationError.self) { try read(wrong.text) }
        #expect(error?.problems.map(\.description) == wrong.problems)
    }

    @Test("what would cost much is refused at once", .timeLimit(.minutes(1)))
    func bombs() {
        var laughs = "l0: &l0 [ha, ha]\n"
        for level in 1...30 { laughs += "l\(level): &l\(level) [*l\(level - 1), *l\(level - 1)]\n" }
        #expect(
            throws: ConfigurationError(
                place: "c.yaml",
                detail: "about 60 aliases (*name), expected at most 12; what streams share goes under defaults")
        ) {
            try read(laughs + "streams: {}")
        }
        // As keys they would be compared, and so counted out in full.
        let keys =
            laughs.split(separator: "\n").prefix(6).joined(separator: "\n") + "\n? *l5\n: x\n? [*l5]\n: y\nstreams: {}"
        #expect(throws: ConfigurationError.self) { try read(keys) }
        #expect(throws: ConfigurationError(place: "c.yaml", detail: "100000000 bytes, expected at most 1048576")) {
            try read(String(repeating: "a", count: 100_000_000))
        }
        for opener in ["[", "{a: ", "- ", "? ", "[{a: "] {
            #expect(throws: ConfigurationError.self) {
                try read("streams: " + String(repeating: opener, count: 200_000))
            }
        }
    }

    @Test("stars in comments and in pipelines are no aliases")
    func stars() throws {
        let comment = String(repeating: "# * *a\n", count: 100)
        let configuration = try read(comment + "streams: {a: {text: 'x ! y=2*3 *a'}}")
        #expect(configuration.streams.first?.source == .text("x ! y=2*3 *a"))
    }
}
