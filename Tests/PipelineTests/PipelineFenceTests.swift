import MediaGraph
import Testing

@Suite struct PipelineFenceTests {
    /// Only what lies in /in may be used, and as a value only what names nothing else.
    private func fence(_ factories: [String]? = nil) -> PipelineFence {
        PipelineFence(
            factories: factories,
            allowsValue: { $0.hasPrefix("/in/") || !$0.contains("/") || $0.contains("video/x-raw") },
            allowsFile: { $0.hasPrefix("/in/") })
    }

    private func build(_ text: String, knobs: [String: String] = [:], _ fence: PipelineFence) throws -> Pipeline {
        let description = try PipelineDescription(parsing: text, name: "text")
        try fence.check(description)
        return try Pipeline(description.plan(setting: knobs), within: fence)
    }

    /// Expects a refusal that begins so.
    private func isRefused(
        _ text: String, knobs: [String: String] = [:], _ fence: PipelineFence, _ words: String,
        _ location: SourceLocation = #_sourceLocation
    ) {
        do {
            _ = try build(text, knobs: knobs, fence)
            Issue.record("\(text) is built", sourceLocation: location)
        } catch let error as PipelineError {
            #expect(error.code == .notAllowed, "\(error)", sourceLocation: location)
            #expect("\(error)".hasPrefix(words), "\(error)", sourceLocation: location)
        } catch {
            Issue.record(error, sourceLocation: location)
        }
    }

    @Test("what stays inside is built")
    func allowed() throws {
        for text in [
            "videotestsrc ! video/x-raw,width=64,height=48 ! queue ! filesink location=/in/film",
            "videotestsrc ! x264enc ! mp4mux ! fakesink", "( videotestsrc ! ( identity ! fakesink ) )",
        ] {
            _ = try build(text, fence())
        }
        _ = try build("videotestsrc ! filesink location=${out}", knobs: ["out": "/in/a"], fence())
    }

    @Test("a place in the text is told where the text says it, and else the element")
    func places() {
        isRefused("videotestsrc !\n fdsink", fence(), "text:2:2: the element fdsink is none")
        isRefused("filesrc location=/etc/x ! fakesink", fence(), "text:1:9: location names a file")
        isRefused(
            "filesrc location=/etc/${n} ! fakesink", knobs: ["n": "x"], fence(), "text:1:9: filesrc-n: location names")
        isRefused("filesrc name=f location=x ! fakesink", fence(), "text: f: location names a file")
        isRefused("uridecodebin name=d ! fakesink d. ! file:///etc/x", fence(), "text:1:37: an address names a file")
    }

    @Test("an element that is the value of a property is looked at like any other, and so are structures")
    func values() {
        isRefused("playbin video-sink=\"fdsink name=f\"", fence(), "text: f: the element fdsink is none")
        isRefused(
            "playbin audio-sink=\"queue ! filesink name=f location=x\"", fence(), "text: f: location names a file")
        isRefused(
            "videotestsrc ! splitmuxsink location=/in/x sink-properties=\"p,location=/etc/x\"", fence(),
            "text:1:44: sink-properties names a file")
    }

    @Test("a list allows its elements, what text makes by itself, and what they bring along")
    func list() throws {
        let some = fence(["videotestsrc", "fakesink", "autovideosink"])
        _ = try build("videotestsrc ! video/x-raw,width=64 ! ( fakesink )", some)
        isRefused("videotestsrc ! queue ! fakesink", some, "text:1:16: the element queue is none")
        _ = try build("fdsrc fd=0 ! fakesink", fence(["fdsrc", "fakesink"]))
    }
}
