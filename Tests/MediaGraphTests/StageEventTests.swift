import CGStreamer
import Frames
import MediaGraph
import Testing

@Suite(.timeLimit(.minutes(1))) struct StageEventTests {
    @Test("serialised events keep their place among the frames", arguments: [0, 1, 3])
    func order(delay: Int) throws {
        let harness = try PadHarness("delay=\(delay)", journal: "order-\(delay)")
        harness.begin()
        harness.pushFrame(0)
        harness.pushCustom("one")
        harness.pushFrame(1)
        harness.push(gst_event_new_tag(gst_tag_list_new_from_string("taglist,title=\"a\"")))
        harness.push(gst_event_new_gap(GstClockTime(2 * PadHarness.frameNanoseconds), 1))
        harness.pushFrame(2)
        harness.pushCustom("two")
        harness.end()
        harness.waitForEvent("eos")
        #expect(
            harness.outputText == ["stream-start", "caps", "segment", "0", "one", "1", "tag", "gap", "2", "two", "eos"])
    }

    @Test("an out-of-band event overtakes the frames that are held")
    func outOfBand() throws {
        let harness = try PadHarness("delay=5", journal: "out-of-band")
        harness.begin()
        harness.pushFrame(0)
        harness.pushCustom("now", GST_EVENT_CUSTOM_DOWNSTREAM_OOB)
        harness.waitForEvent("now")
        #expect(harness.frames.isEmpty)
        harness.end()
        harness.waitForEvent("eos")
        #expect(harness.frames == [0])
    }

    @Test("events that come before the caps wait for nobody and keep their order")
    func beforeCaps() throws {
        let harness = try PadHarness(journal: "before-caps")
        harness.push(gst_event_new_stream_start("early"))
        harness.pushCustom("early")
        harness.pushCaps(PadHarness.caps("GRAY8", 32, 16))
        harness.pushSegment()
        harness.pushFrame(0)
        harness.end()
        harness.waitForEvent("eos")
        #expect(harness.outputText == ["stream-start", "early", "caps", "segment", "0", "eos"])
    }

    @Test("stream-start, caps, segment and the end come out as the very events that went in")
    func sameEvents() throws {
        let harness = try PadHarness(journal: "same-events")
        var segment = GstSegment()
        gst_segment_init(&segment, GST_FORMAT_TIME)
        segment.start = 1_000
        segment.time = 500
        segment.base = 77
        segment.duration = 123_456_789
        let caps = gst_caps_from_string(PadHarness.caps("GRAY8", 32, 16) + ",colour=(string)odd")
        let events = [
            gst_event_new_stream_start("an-id"), gst_event_new_caps(caps), gst_event_new_segment(&segment),
            gst_event_new_eos(),
        ]
        gst_caps_unref(caps)
        for event in events { harness.push(gst_event_ref(event)) }
        harness.waitForEvent("eos")
        let out = harness.state.read { $0.events }
        #expect(out.map { gst_event_get_seqnum($0) } == events.map { gst_event_get_seqnum($0) })
        #expect(out.map { Optional($0) } == events)
        events.forEach { gst_event_unref($0) }
    }

    @Test("new caps come out after every frame of the old ones, and the filter is drained first")
    func capsChange() throws {
        let harness = try PadHarness("delay=3", journal: "caps-change")
        harness.begin()
        for index in 0..<5 { harness.pushFrame(index) }
        harness.pushCaps(PadHarness.caps("GRAY8", 16, 32))
        for index in 5..<7 { harness.pushFrame(index) }
        harness.end()
        harness.waitForEvent("eos")
        #expect(
            harness.outputText == [
                "stream-start", "caps", "segment", "0", "1", "2", "3", "4", "caps", "5", "6", "eos",
            ])
        #expect(
            harness.journal.lines == [
                "configure GRAY8 32x16", "send 0", "send 40", "send 80", "send 120", "send 160", "drain", "flush",
                "configure GRAY8 16x32", "send 200", "send 240", "drain", "flush",
            ])
    }

    @Test("caps that mean the same pictures neither drain nor configure")
    func sameLayout() throws {
        let harness = try PadHarness("delay=3", journal: "same-layout")
        harness.begin()
        harness.pushFrame(0)
        harness.pushCaps(PadHarness.caps("GRAY8", 32, 16) + ",pixel-aspect-ratio=2/1")
        harness.pushFrame(1)
        harness.end()
        harness.waitForEvent("eos")
        #expect(harness.outputText == ["stream-start", "caps", "segment", "0", "caps", "1", "eos"])
        #expect(harness.journal.lines == ["configure GRAY8 32x16", "send 0", "send 40", "drain", "flush"])
    }

    @Test("caps the stage does not take are refused")
    func foreignCaps() throws {
        let harness = try PadHarness(journal: "foreign-caps")
        harness.push(gst_event_new_stream_start("foreign"))
        harness.pushCaps(PadHarness.caps("AYUV", 32, 16))
        harness.pushSegment()
        #expect(harness.pushFrame(0) == GST_FLOW_NOT_NEGOTIATED)
    }

    @Test("a discontinuity, a gap and a step back drain the filter and make it forget")
    func discontinuity() throws {
        let harness = try PadHarness("delay=3", journal: "discontinuity")
        harness.begin()
        harness.pushFrame(0, flags: GST_BUFFER_FLAG_DISCONT)
        harness.pushFrame(1)
        harness.pushFrame(2, flags: GST_BUFFER_FLAG_DISCONT)
        harness.pushFrame(50)
        harness.pushFrame(10)
        harness.end()
        harness.waitForEvent("eos")
        #expect(harness.frames == [0, 1, 2, 50, 10])
        #expect(
            harness.journal.lines == [
                "configure GRAY8 32x16", "send 0", "send 40", "drain", "flush", "send 80", "drain", "flush",
                "send 2000", "drain", "flush", "send 400", "drain", "flush",
            ])
    }

    @Test("after the end a new stream starts afresh")
    func secondStream() throws {
        let harness = try PadHarness("delay=2", journal: "second-stream")
        harness.begin()
        for index in 0..<3 { harness.pushFrame(index) }
        harness.end()
        harness.begin()
        for index in 0..<3 { harness.pushFrame(index) }
        harness.pushCustom("last")
        harness.end()
        harness.waitForEvent("last")
        #expect(harness.frames == [0, 1, 2, 0, 1, 2])
    }

    @Test("a flush drops what is held, wakes who waits, and the stage works on", arguments: [0, 2])
    func flush(delay: Int) throws {
        let harness = try PadHarness("delay=\(delay)", journal: "flush-\(delay)")
        harness.begin()
        harness.pushFrame(0)
        harness.waitForEvent("segment")
        harness.journal.waitForSends(1)
        harness.state.change { $0.isDownstreamBlocked = true }
        // Downstream stands still; the ring, the filter and appsrc fill until the pushing thread stands still too.
        let pushed = TestThread { () -> Int in
            for index in 1..<100 where harness.pushFrame(index) != GST_FLOW_OK { return index }
            return 100
        }
        harness.journal.waitForSends(delay + 3)
        harness.push(gst_event_new_flush_start())
        let accepted = pushed.value
        #expect(accepted < 100)
        harness.push(gst_event_new_flush_stop(1))
        harness.pushSegment()
        for index in 0..<5 { #expect(harness.pushFrame(index) == GST_FLOW_OK) }
        harness.end()
        harness.waitForEvent("eos")
        let text = harness.outputText
        let stop = try #require(text.firstIndex(of: "flush-stop"))
        #expect(Array(text[stop...]) == ["flush-stop", "segment", "0", "1", "2", "3", "4", "eos"])
        #expect(
            harness.counter(.framesIn) == harness.counter(.framesOut) + harness.counter(.framesFlushed))
        #expect(harness.counter(.framesFlushed) > 0)
    }

    @Test("a flush after the end brings the stage back")
    func flushAfterEnd() throws {
        let harness = try PadHarness("delay=2", journal: "flush-after-end")
        harness.begin()
        for index in 0..<4 { harness.pushFrame(index) }
        harness.end()
        harness.waitForEvent("eos")
        harness.push(gst_event_new_flush_start())
        harness.push(gst_event_new_flush_stop(1))
        harness.clear()
        harness.pushSegment()
        for index in 0..<4 { harness.pushFrame(index) }
        harness.end()
        harness.waitForEvent("eos")
        #expect(harness.frames == [0, 1, 2, 3])
    }

    @Test("many flushes in the middle of the work leave no old frame behind")
    func manyFlushes() throws {
        let harness = try PadHarness("delay=1", journal: "many-flushes")
        harness.begin()
        for round in 0..<50 {
            for index in 0..<3 { harness.pushFrame(index + 10 * round) }
            harness.push(gst_event_new_flush_start())
            harness.push(gst_event_new_flush_stop(1))
            harness.pushSegment()
        }
        harness.pushFrame(1000)
        harness.end()
        harness.waitForEvent("eos")
        let text = harness.outputText
        let stop = try #require(text.lastIndex(of: "flush-stop"))
        // What is true beyond a flush comes whenever the flushes let it; GStreamer sends it again where one got between.
        let beyond = ["stream-start", "caps"]
        #expect(text[stop...].filter { !beyond.contains($0) } == ["flush-stop", "segment", "1000", "eos"])
        #expect(beyond.allSatisfy { text.contains($0) })
        #expect(harness.counter(.framesIn) == 151)
        #expect(harness.counter(.framesOut) + harness.counter(.framesFlushed) == 151)
    }

    @Test("events from downstream reach the source")
    func upstreamEvents() throws {
        let harness = try PadHarness(journal: "upstream-events")
        gst_pad_push_event(harness.sink, gst_event_new_reconfigure())
        gst_pad_push_event(
            harness.sink, gst_event_new_qos(GST_QOS_TYPE_OVERFLOW, 1, 0, 0))
        gst_pad_push_event(
            harness.sink,
            gst_event_new_seek(
                1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0))
        gst_pad_push_event(
            harness.sink, gst_event_new_custom(GST_EVENT_CUSTOM_UPSTREAM, gst_structure_new_empty("up")))
        // Linking a pad sends a reconfigure of its own.
        let events = harness.state.read { $0.upstreamEvents }
        #expect(Array(events.suffix(4)) == ["reconfigure", "qos", "seek", "up"])
    }
}
