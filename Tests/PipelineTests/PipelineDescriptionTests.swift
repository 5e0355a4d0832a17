import MediaGraph
import Testing

/// What a text becomes once its knobs are set.
private func plan(_ text: String, _ values: [String: String] = [:]) throws -> PipelinePlan {
    try PipelineDescription(parsing: text, name: "file").plan(setting: values)
}

/// The one line an error makes of a text.
private func refusal(of text: String, _ values: [String: String] = [:]) -> String? {
    do {
        _ = try plan(text, values)
        return nil
    } catch {
        return "\(error)"
    }
}

@Suite("Pipeline text")
struct PipelineDescriptionTests {
    @Test("comments and line breaks leave only the words")
    func comments() throws {
        let text = """
            # a pipeline
            fakesrc # with a source
              num-buffers=3   # of three
            !
            fakesink name=a#b
            """
        #expect(try plan(text).main.text == "fakesrc num-buffers=3 ! fakesink name=a#b")
    }

    @Test("a # inside quotes is part of the value")
    func hashInQuotes() throws {
        #expect(try plan("filesink location=\"a # b\"").main.text == "filesink location=\"a # b\"")
    }

    @Test("a # between caps and the next link is a comment")
    func commentInCaps() throws {
        let text = "fakesrc ! video/x-raw, # raw\n width=${w} ! fakesink"
        let words = try plan(text, ["w": "5"]).main.text.split(whereSeparator: \.isWhitespace)
        #expect(words.joined(separator: " ") == "fakesrc ! video/x-raw, width=5 ! fakesink")
    }

    @Test("a quote with an accent behind it is still a quote, and stays inside of its caps")
    func accentBehindQuote() throws {
        let plan = try plan("a ! b caps=\"x,y=\\\"\u{301}\\\",w=${w}\"", ["w": "5"])
        #expect(plan.main.text == "a ! b name=b-w caps=\"x,y=\\\"\u{301}\\\",w=5\"")
    }

    @Test("elements that get their names here get different ones, and none that the text has")
    func manyFreshNames() throws {
        let plan = try plan("a x=${k} ! a x=${k} ! a name=a-k-3 ! a x=${k}", ["k": "v"])
        #expect(plan.main.text == "a name=a-k ! a name=a-k-2 ! a name=a-k-3 ! a name=a-k-4")
    }

    @Test("an error is one line, whatever the text holds")
    func oneLine() {
        #expect(refusal(of: "a b=${x\r\u{1b}}")?.contains("\"x\\r\\u{1B}\" cannot name a knob") == true)
    }

    @Test("a # inside quotes is part of the caps")
    func hashInCaps() throws {
        #expect(try plan("a ! b/c,d=\"e # f\" ! g").main.text == "a ! b/c,d=\"e # f\" ! g")
    }

    @Test("a NUL, at which gst_parse would take the text to end, is refused with its place")
    func nul() {
        #expect(refusal(of: "a ! b\n! \0c")?.hasPrefix("file:2:3: a NUL character") == true)
    }

    @Test("a property with a knob leaves the text and comes back as a value")
    func knobProperty() throws {
        let plan = try plan("fakesrc ! filesink location=${output} sync=true", ["output": "x ! fakesink"])
        #expect(plan.main.text == "fakesrc ! filesink name=filesink-output sync=true")
        #expect(plan.main.properties.map(\.value) == ["x ! fakesink"])
        #expect(plan.main.properties.map(\.element) == ["filesink-output"])
        #expect(plan.main.properties.map(\.place) == ["file:1:20"])
    }

    @Test(
        "whatever a knob is set to is the value, to the letter",
        arguments: ["a b", "a\"b", "it's", "a ! fakesink", "${other}", "a\\b", "# no comment", "]", "", "ü\n日本"])
    func valueToTheLetter(value: String) throws {
        let plan = try plan("filesink location=\"${dir}/x.mp4\"", ["dir": value])
        #expect(plan.main.properties.map(\.value) == [value + "/x.mp4"])
        #expect(plan.main.text == "filesink name=filesink-dir")
    }

    @Test("an element keeps the name its text gives it, before the knob or after")
    func ownName() throws {
        #expect(try plan("filesink name=f location=${o:x}").main.properties.map(\.element) == ["f"])
        #expect(try plan("filesink location=${o:x} name=f").main.properties.map(\.element) == ["f"])
        #expect(try plan("filesink location=${o:x} name=f").main.text == "filesink name=f")
    }

    @Test("two elements with the same knob get different names")
    func freshNames() throws {
        let names = try plan("filesink location=${o:x} filesink location=${o} queue name=filesink-o-3")
            .main.properties.map(\.element)
        #expect(names == ["filesink-o", "filesink-o-2"])
    }

    @Test("a default counts wherever its knob stands, and may hold spaces and colons")
    func defaults() throws {
        let plan = try plan("a x=${k} ! b y=rect:${k:1:2 3},4")
        #expect(plan.main.properties.map(\.value) == ["1:2 3", "rect:1:2 3,4"])
    }

    @Test("$${ is a literal ${, and any other $ is itself")
    func literalDollar() throws {
        #expect(try plan("a x=$${k}$5").main.text == "a x=${k}$5")
        #expect(try plan("a x=$${k}${k:1}").main.properties.map(\.value) == ["${k}1"])
    }

    @Test("a knob in caps goes into the text")
    func knobInCaps() throws {
        let plan = try plan(
            "a ! video/x-raw,width=${w},format=${f} ! b caps=video/${t}", ["w": "64", "f": "I420", "t": "x"])
        #expect(plan.main.text == "a ! video/x-raw,width=64,format=I420 ! b name=b-t caps=\"video/x\"")
    }

    @Test("a value that is no word is refused in caps", arguments: ["1 ! fakesink", "", "1;", "\"1\"", "1\n"])
    func badCaps(value: String) {
        #expect(
            refusal(of: "a !\n video/x-raw,width=${w} ! b", ["w": value])?
                .hasPrefix("file:2:20: the knob w stands in caps") == true)
    }

    @Test(
        "a knob anywhere but in a value is refused with its place",
        arguments: [
            ("a ! ${x} ! b", "file:1:5"), ("a !\n  q${x} ! b", "file:2:4"), ("a ! m.${x} b name=m", "file:1:7"),
            ("( x=${x} a )", "file:1:5"), ("a name=${x}", "file:1:8"), ("file:///${x} ! b", "file:1:9"),
            ("a ${x}=1", "file:1:3"),
        ])
    func misplacedKnob(text: String, place: String) {
        #expect(refusal(of: text, ["x": "1"])?.hasPrefix(place + ": a knob can") == true)
    }

    @Test(
        "a quote that does not close is found where it opens",
        arguments: [
            ("a !\n b x=\"1 ! c", "file:2:6"), ("a x='1 ! c", "file:1:5"), ("a x=b\"c", "file:1:6"),
            ("ü x=\"a\"b", "file:1:5"), ("a ! video/x-raw,format=\"I420 ! b", "file:1:24"),
        ])
    func unbalancedQuote(text: String, place: String) {
        #expect(refusal(of: text)?.hasPrefix(place + ": ") == true)
        #expect(refusal(of: text)?.contains("quote") == true)
    }

    @Test("an apostrophe inside a word is just that")
    func apostrophe() throws {
        #expect(try plan("filesink location=it's").main.text == "filesink location=it's")
    }

    @Test("a = without its property is refused, though gst_parse would take the word before a comment for one")
    func loneEquals() throws {
        #expect(refusal(of: "a # b\n = c")?.hasPrefix("file:2:2: a = where none can stand") == true)
        #expect(refusal(of: "a x=${k} = c", ["k": "v"])?.hasPrefix("file:1:10: a = where none can stand") == true)
        #expect(try plan("a x \n = c").main.text == "a x \n = c")
    }

    @Test("a reference to an element that is not in the text is refused, before gst_parse crashes on it")
    func references() throws {
        #expect(refusal(of: "fakesrc.src ! fakesink.") == "file:1:1: no element of this text is named fakesrc")
        #expect(
            refusal(of: "a ! muxx. b name=mux") == "file:1:5: no element of this text is named muxx: did you mean mux?")
        #expect(try plan("a ! mux. b name=mux").main.text == "a ! mux. b name=mux")
        #expect(try plan("a ! b0.sink b").main.text == "a ! b0.sink b")
    }

    @Test("what is not set, not known or not closed is named")
    func namedErrors() {
        #expect(refusal(of: "a x=${output}")?.contains("knob output is not set") == true)
        #expect(refusal(of: "a x=${output}", ["outptu": "1"])?.contains("outptu: did you mean output?") == true)
        #expect(refusal(of: "a x=1", ["zzz": "1"])?.contains("zzz: it has none") == true)
        #expect(refusal(of: "a x=${b", [:])?.hasPrefix("file:1:5: this knob is never closed") == true)
        #expect(refusal(of: "a x=${1 b}", [:])?.hasPrefix("file:1:5: \"1 b\" cannot name a knob") == true)
        #expect(refusal(of: "a x=${k:1} y=${k:2}")?.hasPrefix("file:1:14: the knob k has another default") == true)
    }

    @Test("a plan for checking leaves out what has no value")
    func checking() throws {
        let text = "a ! video/x-raw,width=${w},height=4 ! b x=${y} ! ${t}/x-raw ! c caps=${t}"
        let description = try PipelineDescription(
            parsing: text.replacing("${t}/x-raw", with: "video/${t}"), name: "file")
        let plan = try description.planForChecking(setting: [:])
        #expect(plan.main.text == "a ! video/x-raw,height=4 ! b name=b-y ! c name=c-t")
        #expect(plan.main.properties.isEmpty)
        #expect(description.knobs.map(\.name) == ["w", "y", "t"])
    }
}

@Suite("Optional branches in text")
struct BranchTextTests {
    @Test("a branch leaves the text with its source, caps, chain and target")
    func branch() throws {
        let plan = try plan(
            "a name=in [ in. ! audio/x-raw !\n queue x=${k} ! enc ! mux.audio_%u ] b name=mux", ["k": "v"])
        #expect(plan.main.text == "a name=in b name=mux")
        let branch = try #require(plan.branches.first)
        #expect(branch.source == "in")
        #expect(branch.caps == "audio/x-raw")
        #expect(branch.chain.text == "queue name=queue-k ! enc")
        #expect(branch.chain.properties.map(\.value) == ["v"])
        #expect(branch.target == "mux")
        #expect(branch.targetPad == "audio_%u")
        #expect(branch.place == "file:1:11")
    }

    @Test("a branch may be nothing but caps")
    func capsOnly() throws {
        let branch = try #require(try plan("a name=in [ in. ! audio/mpeg ! mux. ]").branches.first)
        #expect(branch.chain.text.isEmpty)
        #expect(branch.targetPad == nil)
    }

    @Test("a branch may end in caps")
    func capsAtTheEnd() throws {
        let branch = try #require(try plan("a name=in [ in. ! audio/x-raw ! enc ! audio/mpeg ! mux. ]").branches.first)
        #expect(branch.chain.text == "enc ! audio/mpeg ! identity")
    }

    @Test(
        "a branch of another shape is refused with its place",
        arguments: [
            ("[ in. ! audio/x-raw ! q ! mux.", "file:1:1"), ("a ]", "file:1:3"),
            ("[ a ! audio/x-raw ! mux. ]", "file:1:1"),
            ("[ in. ! q ! mux. ]", "file:1:7"), ("[ in. ! audio/x-raw ! q ! mux ]", "file:1:27"),
            ("[ in. ! audio/x-raw ! [ in. ] ! mux. ]", "file:1:23"), ("[ ]", "file:1:1"),
            ("[ in. ! audio/x-raw ! q t. ! r ! mux. ]", "file:1:25"),
        ])
    func badShape(text: String, place: String) {
        #expect(refusal(of: text)?.hasPrefix(place + ": ") == true)
    }
}
