import CGStreamer
import Frames
import MediaGraph
import Testing

@Suite(.timeLimit(.minutes(1))) struct ElementTests {
    private func spec(_ name: String, of element: UnsafeMutablePointer<GstElement>) throws -> GParamSpec {
        let found = g_object_class_find_property(media_object_class(element), name)
        return try #require(found).pointee
    }

    private func property(_ name: String, of element: UnsafeMutablePointer<GstElement>) -> String {
        var value = GValue()
        g_value_init(&value, media_type_string())
        defer { g_value_unset(&value) }
        media_get_property(element, name, &value)
        return g_value_get_string(&value).map { String(cString: $0) } ?? "-"
    }

    @Test("properties have the texts, ranges, defaults and flags the element gave them")
    func properties() throws {
        let harness = try PadHarness(journal: "properties", play: false)
        let delay = try spec("delay", of: harness.element)
        #expect(
            String(
                cString: g_param_spec_get_blurb(
                    g_object_class_find_property(
                        media_object_class(harness.element), "delay"))) == "Frames held back")
        #expect(delay.flags == media_param_flags(1, 0))
        let loud = try spec("loud", of: harness.element)
        #expect(loud.flags == media_param_flags(1, 1))
        let stats = try spec("stats", of: harness.element)
        #expect(stats.flags == media_param_flags(0, 0))
    }

    @Test("values of every kind are set from text and read back")
    func values() throws {
        let harness = try PadHarness("work=touch delay=17 loud=false", journal: "values", play: false)
        let element = harness.element
        // GObject shows an enumeration's value by its description.
        #expect(property("work", of: element) == "Maps for writing and writes nothing")
        #expect(property("delay", of: element) == "17")
        #expect(property("loud", of: element) == "FALSE")
        #expect(property("journal", of: element) == "values")
    }

    @Test("a value outside the choices or the range is refused by the pipeline text", arguments: ["work=dance"])
    func refused(text: String) throws {
        try PadHarness.registerElements()
        var error: UnsafeMutablePointer<GError>?
        let element = gst_parse_launch_full("teststage \(text)", nil, GST_PARSE_FLAG_FATAL_ERRORS, &error)
        #expect(element == nil)
        #expect(error != nil)
        g_clear_error(&error)
    }

    @Test("registering twice is no error")
    func twice() throws {
        try PadHarness.registerElements()
        try register(TestElement.self)
    }
}
