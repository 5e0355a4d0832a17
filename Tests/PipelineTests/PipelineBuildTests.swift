import MediaGraph
import Testing

private func build(_ text: String, _ values: [String: String] = [:]) throws -> Pipeline {
    try Pipeline(PipelineDescription(parsing: text, name: "file").plan(setting: values))
}

private func refusal(of text: String, _ values: [String: String] = [:]) -> PipelineError? {
    do {
        _ = try build(text, values)
        return nil
    } catch {
        return error as? PipelineError
    }
}

@Suite("Pipelines built from text")
struct PipelineBuildTests {
    @Test(
        "a value with a knob in it is read as gst_parse reads the same value without",
        arguments: [
            "plain", "\"a b\"", "a\\ b", "a\\\"b", "\"a\\\"b c\"", "\"a\\\\b\"", "a\\\\b", "'a b'", "it's",
            "rect:1,2,3,4",
            "10%", "grow(x,8)", "a?k=v&z=1", "file.png!x", "a;b",
        ])
    func sameAsGStreamer(value: String) throws {
        let quote = ["\"", "'"].first { value.hasSuffix($0) && value.hasPrefix($0) } ?? ""
        let withKnob = value.dropLast(quote.count) + "${nothing}" + quote
        let plain = try build("fakesrc ! filesink location=\(value)").outputFiles
        let knobbed = try build("fakesrc ! filesink location=\(withKnob)", ["nothing": ""]).outputFiles
        #expect(knobbed == plain)
    }

    @Test(
        "a path arrives to the letter", arguments: ["a b", "a ! fakesink", "\"q\"", "it's", "\\", "-1", "ü", "a;b=c"])
    func path(value: String) throws {
        #expect(try build("fakesrc ! filesink location=${o}", ["o": value]).outputFiles == [value])
    }

    @Test(
        "a value of the wrong type is refused with element, property, value and what it takes",
        arguments: [
            ("videotestsrc num-buffers=${v} ! fakesink", "many", "a whole number from -1"),
            ("videotestsrc num-buffers=${v} ! fakesink", "99999999999", "a whole number from -1"),
            ("videotestsrc pattern=${v} ! fakesink", "smtpe", "one of smpte, snow"),
            ("fakesrc ! fakesink sync=${v}", "maybe", "true or false"),
            ("videotestsrc ! videobalance hue=${v} ! fakesink", "2", "a number from -1.0 to 1.0"),
        ])
    func wrongType(text: String, value: String, expected: String) throws {
        let error = try #require(refusal(of: text, ["v": value]))
        #expect(error.code == .badText)
        #expect(error.detail.contains("\"\(value)\"") && error.detail.contains(expected))
        #expect(error.subject.hasPrefix("file:1:"))
    }

    @Test("a knob reaches a child's property")
    func childProperty() throws {
        let text = "videotestsrc ! compositor name=c sink_0::xpos=${x} ! fakesink"
        #expect(refusal(of: text, ["x": "7"]) == nil)
        #expect(refusal(of: text, ["x": "far"])?.detail.contains("a whole number") == true)
    }

    @Test("a knob gives no element")
    func noElement() {
        let refused = refusal(of: "audiotestsrc ! playsink video-sink=${s}", ["s": "fakesink"])
        #expect(refused?.detail.contains("takes an element") == true)
    }

    @Test("a property that is not there is refused with the nearest one that is")
    func unknownProperty() {
        let error = refusal(of: "fakesrc ! filesink locatoin=${o}", ["o": "x"])
        #expect(error?.detail == "filesink has no property locatoin: did you mean location?")
    }

    @Test("gst_parse's own refusals keep its words, and tell text from what is not installed")
    func parseErrors() {
        #expect(
            refusal(of: "fakesrc ! fakesnk")?.description == "file: no element \"fakesnk\" (did you mean fakesink?)")
        #expect(refusal(of: "fakesrc ! fakesnk")?.code == .badText)
        #expect(refusal(of: "fakesrc nosuch=1 ! fakesink")?.detail == "no property \"nosuch\" in element \"fakesrc\"")
        #expect(refusal(of: "audiotestsrc ! videoconvert ! fakesink")?.detail.hasPrefix("could not link") == true)
        #expect(refusal(of: "")?.code == .badText)
        #expect(refusal(of: "fakesrc ! ! fakesink")?.code == .badText)
    }

    @Test(
        "a value beyond what a property takes is refused, though gst_parse would go on without it",
        arguments: [
            "videotestsrc num-buffers=-2 ! fakesink", "videotestsrc ! videobalance hue=2 ! fakesink",
            "fakesrc ! decodebin name=in mp4mux name=mux ! fakesink [ in. ! audio/x-raw ! volume volume=11 ! mux. ]",
        ])
    func outOfRange(text: String) throws {
        let error = try #require(refusal(of: text))
        #expect(error.code == .badText && error.detail.contains("out of range for property"), "\(error)")
    }

    @Test("an optional branch is checked before anything plays")
    func branchErrors() {
        let outside = "fakesrc ! decodebin name=in mp4mux name=mux ! fakesink "
        #expect(refusal(of: outside + "[ in. ! audio/x-raw ! queue ! mux. ]") == nil)
        #expect(refusal(of: outside + "[ on. ! audio/x-raw ! queue ! mux. ]")?.detail == "there is no element named on")
        #expect(refusal(of: outside + "[ in. ! audio/x-raw ! queu ! mux. ]")?.detail == "no element \"queu\"")
        #expect(refusal(of: outside + "[ in. ! audio/x-raw,x=( ! queue ! mux. ]")?.detail.contains("no caps") == true)
    }
}
