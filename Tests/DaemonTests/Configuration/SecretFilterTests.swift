import Daemon
import Testing

/// A text, and how it is shown.
struct Shown: Sendable, CustomTestStringConvertible {
    let text: String
    let expected: String

    init(_ text: String, _ expected: String? = nil) {
        self.text = text
        self.expected = expected ?? text
    }

    var testDescription: String { text }
}

@Suite struct SecretFilterTests {
    static let addresses = [
        Shown("rtsp://user:pass@host/s", "rtsp://user:***@host/s"),
        Shown("could not open rtsp://u:p@h:554/s: refused", "could not open rtsp://u:***@h:554/s: refused"),
        Shown("RTSPS://u:p%40%3A%2F@h", "RTSPS://u:***@h"),
        Shown("rtsp://u%3Apass@h", "rtsp://u%3A***@h"),
        Shown("rtsp://u:p@[::1]:554/s", "rtsp://u:***@[::1]:554/s"),
        Shown("rtsp://:pass@h", "rtsp://:***@h"),
        Shown("a=rtsp://u:p@h,b=srt://v:q@i", "a=rtsp://u:***@h,b=srt://v:***@i"),
        Shown("rtsp://u:p@h rtsp://v:q@i", "rtsp://u:***@h rtsp://v:***@i"),
        // Passwords that should have been encoded.
        Shown("rtsp://u:p@ss:w@h/s", "rtsp://u:***@h/s"),
        Shown("rtsp://u:a/b?c#d@h/s", "rtsp://u:***@h/s"),
        Shown("rtsp://u:12/b@h/s", "rtsp://u:12/b@h/s"),
        Shown("rtsp://u:a b@h/s", "rtsp://u:***@h/s"),
        Shown("rtsp://u:#a@h/s", "rtsp://u:***@h/s"),
        Shown("rtsp://u:;a?@h/s", "rtsp://u:***@h/s"),
        Shown("rtsp://u:a@b/c@h/s", "rtsp://u:***@h/s"),
        Shown("rtsp://u:1,a/b@h/s", "rtsp://u:***@h/s"),
        Shown("rtsp://u@mail.example:p@h/s", "rtsp://u@mail.example:***@h/s"),
        Shown("rtsp://u:p@h/s@2", "rtsp://u:***@2"),
        Shown("rtsp://u:a'b@h/s", "rtsp://u:***@h/s"),
        // Cut off, as graphs do with long values.
        Shown("rtsp://u:secretsec…", "rtsp://u:***"),
        // In JSON, in graphs, and inside other addresses.
        Shown(#"{"a":"rtsp://u:p@h/s","b":1}"#, #"{"a":"rtsp://u:***@h/s","b":1}"#),
        Shown(#"{"a":"rtsp:\/\/u:p@h\/s"}"#, #"{"a":"rtsp:\/\/u:***@h\/s"}"#),
        Shown(#"{"a":"rtsp://u:p\"q@h/s"}"#, #"{"a":"rtsp://u:***@h/s"}"#),
        Shown(#"location=\"rtsp://u:p@h/s\"\nlatency=200"#, #"location=\"rtsp://u:***@h/s\"\nlatency=200"#),
        Shown("http://h/?u=rtsp%3A%2F%2Fu%3Ap%40h%2Fs&v=a@b", "http://h/?u=rtsp%3A%2F%2Fu%3A***%40h%2Fs&v=a@b"),
        // Nothing to hide.
        Shown("rtsp://host:554/s"), Shown("rtsp://host/s@2:3"), Shown("http://[::1]:9080/x@y"),
        Shown("rtsp://user@host"),
        Shown("rtsp://user@host:554/s@2"), Shown("rtsp://host: not found"),
        Shown("http://127.0.0.1:9080: refused, mail a@b"), Shown("(http://h:80), then a@b"), Shown("rtsp://"),
        Shown("rtsp://u:@h"), Shown("file:///a:b@c"), Shown("a: b@c"), Shown("http://h:80,http://i:81/a@b"), Shown(""),
    ]

    static let parameters = [
        Shown("http://h/s?token=abc&x=1", "http://h/s?token=***&x=1"),
        Shown("srt://h:7001?passphrase=a+b/c=&mode=caller", "srt://h:7001?passphrase=***&mode=caller"),
        Shown("srt://h?streamid=#!::u=me,s=x y", "srt://h?streamid=*** y"),
        Shown("http://h/?a=1&password=p;q&key=r#f", "http://h/?a=1&password=***&key=***"),
        Shown("http://h/?Access_Token=a&api-key=b&apikey=c", "http://h/?Access_Token=***&api-key=***&apikey=***"),
        Shown("x?u=http%3A%2F%2Fh%3Ftoken%3Dabc%26v%3D1", "x?u=http%3A%2F%2Fh%3Ftoken%3D***%26v%3D1"),
        Shown(#"rtspsrc user-id=me user-pw="a b" latency=1"#, #"rtspsrc user-id=me user-pw="***" latency=1"#),
        Shown(#"user-pw="a\" b" x"#, #"user-pw="***" x"#),
        Shown(#"s, passphrase=(string)"a b", x=(int)1"#, #"s, passphrase=(string)"***", x=(int)1"#),
        Shown(#"passphrase=\"a b\"\nlatency=1"#, #"passphrase=\"***\"\nlatency=1"#),
        Shown(#"passphrase=a\ b latency=1"#, "passphrase=*** latency=1"),
        Shown(#"{"password": "a\"b", "x": 1}"#, #"{"password": "***", "x": 1}"#),
        Shown(#"{"token":12345,"x":1}"#, #"{"token":***,"x":1}"#),
        Shown("Authorization: Basic dTpw\r\nHost: h", "Authorization: ***\r\nHost: h"),
        Shown(#"key=(string)a\ buser-pw="c d" e"#, #"key=(string)***"***" e"#),
        Shown(#"key="a user-pw="b c" d"#, #"key="***"***" d"#),
        Shown(#"rtsp://u:user-pw="a b" c"#, #"rtsp://u:***"***" c"#),
        Shown("token=a\\\nAuthorization: Basic dTpw\nx", "token=*** ***\nx"),
        Shown("password=", "password="), Shown(#"{"token":null}"#), Shown(#"{"key":{"a":1}}"#),
        Shown("key-int-max=50"), Shown("x264enc pass=quant"), Shown("unknown key: pipline"), Shown("monkey=1"),
        Shown("token"), Shown("pbkeylen=16"),
    ]

    @Test("the password of an address is hidden, and nothing else of it", arguments: addresses)
    func address(shown: Shown) {
        #expect(SecretFilter(hiding: [])(shown.text) == shown.expected)
    }

    @Test("what is given to a secret's name is hidden", arguments: parameters)
    func parameter(shown: Shown) {
        #expect(SecretFilter(hiding: [])(shown.text) == shown.expected)
    }

    @Test("what is hidden stays as it is when it is hidden again", arguments: addresses + parameters)
    func twice(shown: Shown) {
        #expect(SecretFilter(hiding: [])(shown.expected) == shown.expected)
    }

    @Test("the secrets of a value are found, to be hidden wherever else they turn up")
    func secrets() {
        #expect(SecretFilter.secrets(in: "rtsp://u:pass@h/s") == ["pass"])
        #expect(SecretFilter.secrets(in: "srt://h:7001?passphrase=abc&mode=caller") == ["abc"])
        #expect(SecretFilter.secrets(in: "rtspsrc user-pw=hunter2 location=rtsp://u:p@h") == ["p", "hunter2"])
        #expect(SecretFilter.secrets(in: "rect:1,2,3,4").isEmpty)
        let hide = SecretFilter(hiding: SecretFilter.secrets(in: "rtsp://u:p%40ss@h/s"))
        #expect(hide("auth as u with p@ss") == "auth as u with ***")
    }

    @Test("a value is hidden however it is spelt")
    func spellings() {
        let hide = SecretFilter(hiding: ["p@ss \"w/d", "a%20b%21", ""])
        #expect(hide(#"x p@ss "w/d y"#) == "x *** y")
        #expect(hide(#""p@ss \"w/d""#) == #""***""#)
        #expect(hide(#""p@ss \"w\/d""#) == #""***""#)
        #expect(hide("x=p%40ss%20%22w%2Fd") == "x=***")
        #expect(hide("x=p%40ss%20%22w%2fd") == "x=***")
        #expect(hide(#"x=p\@ss\ \"w/d"#) == "x=***")
        #expect(hide("a b!") == "***")
        #expect(hide("nothing") == "nothing")
    }

    @Test("the longest value is hidden first, and a short one only as a word")
    func lengths() {
        let hide = SecretFilter(hiding: ["abc", "abcdef", "5"])
        #expect(hide("abcdefabc abc 55 5 5s, (5)") == "***abc *** 55 *** 5s, (***)")
    }

    @Test("hiding takes time with the text's length, and no more", .timeLimit(.minutes(1)))
    func speed() {
        let hide = SecretFilter(hiding: ["hunter2"])
        for piece in [
            "rtsp://u:", "token=", "a", "\\", "%3A%2F%2F", "\"", "password=\"", "://[", "Authorization:", "'key':x",
        ] {
            let shown = hide(String(repeating: piece, count: 1 << 20 / piece.utf8.count))
            #expect(shown.utf8.count <= 4 << 20)
        }
    }
}
