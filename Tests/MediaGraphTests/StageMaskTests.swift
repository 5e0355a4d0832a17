import CGStreamer
import Frames
import MediaGraph
import Testing

@Suite(.timeLimit(.minutes(1))) struct StageMaskTests {
    /// A mask stream into the request pad of a harness's element.
    private final class MaskSource {
        let pad: UnsafeMutablePointer<GstPad>
        private var requested: UnsafeMutablePointer<GstPad>?
        private let harness: PadHarness

        init(_ harness: PadHarness) throws {
            self.harness = harness
            let requested = try #require(gst_element_request_pad_simple(harness.element, "mask"))
            self.requested = requested
            pad = gst_pad_new("masks", GST_PAD_SRC)
            gst_object_ref_sink(pad)
            try #require(gst_pad_link(pad, requested) == GST_PAD_LINK_OK)
            gst_pad_set_active(pad, 1)
        }

        deinit {
            gst_pad_set_active(pad, 0)
            release()
            gst_object_unref(pad)
        }

        func release() {
            guard let requested else { return }
            gst_element_release_request_pad(harness.element, requested)
            gst_object_unref(requested)
            self.requested = nil
        }

        func begin(width: Int = 4, height: Int = 2, base: UInt64 = 0) {
            gst_pad_push_event(pad, gst_event_new_stream_start("masks"))
            caps(width: width, height: height)
            var segment = GstSegment()
            gst_segment_init(&segment, GST_FORMAT_TIME)
            segment.start = guint64(base)
            segment.time = guint64(base)
            gst_pad_push_event(pad, gst_event_new_segment(&segment))
        }

        func caps(width: Int, height: Int) {
            let caps = gst_caps_from_string(PadHarness.caps("GRAY8", width, height))
            gst_pad_push_event(pad, gst_event_new_caps(caps))
            gst_caps_unref(caps)
        }

        /// Pushes a mask for frame `frame`, every pixel of `value`; rows are padded to 4 bytes.
        @discardableResult
        func push(_ frame: Int, value: UInt8, width: Int = 4, height: Int = 2) -> GstFlowReturn {
            let bytes = [UInt8](repeating: value, count: (width + 3) / 4 * 4 * height)
            guard let buffer = PadHarness.buffer(bytes, frame: frame) else { return GST_FLOW_ERROR }
            return gst_pad_push(pad, buffer)
        }

        func end() { gst_pad_push_event(pad, gst_event_new_eos()) }
    }

    private func sends(_ harness: PadHarness) -> [String] { harness.journal.lines.filter { $0.hasPrefix("send") } }

    @Test("each frame gets the mask of its time, whichever comes first", arguments: [true, false])
    func pairs(masksFirst: Bool) throws {
        let harness = try PadHarness(journal: "pairs-\(masksFirst)")
        let masks = try MaskSource(harness)
        masks.begin()
        harness.begin()
        let frames = { for index in 0..<4 { harness.pushFrame(index) } }
        if masksFirst {
            for index in 0..<4 { masks.push(index, value: UInt8(10 + index)) }
            frames()
        } else {
            let pushing = TestThread { frames() }
            for index in 0..<4 { masks.push(index, value: UInt8(10 + index)) }
            pushing.value
        }
        harness.end()
        harness.waitForEvent("eos")
        #expect(
            sends(harness) == [
                "send 0 mask 4x2 10", "send 40 mask 4x2 11", "send 80 mask 4x2 12", "send 120 mask 4x2 13",
            ])
        #expect(harness.counter(.masksMissing) == 0)
    }

    @Test("segments put both streams on one time line")
    func segments() throws {
        let harness = try PadHarness(journal: "segments")
        let masks = try MaskSource(harness)
        masks.begin(base: 100 * PadHarness.frameNanoseconds)
        masks.push(100, value: 1)
        masks.push(101, value: 2)
        harness.begin()
        harness.pushFrame(0)
        harness.pushFrame(1)
        harness.end()
        harness.waitForEvent("eos")
        #expect(sends(harness) == ["send 0 mask 4x2 1", "send 40 mask 4x2 2"])
    }

    @Test("when the mask stream ends its last mask is held, and the stage goes on")
    func end() throws {
        let harness = try PadHarness(journal: "mask-end")
        let masks = try MaskSource(harness)
        masks.begin()
        harness.begin()
        masks.push(0, value: 9)
        masks.end()
        for index in 0..<3 { harness.pushFrame(index) }
        harness.end()
        harness.waitForEvent("eos")
        #expect(sends(harness) == ["send 0 mask 4x2 9", "send 40 mask 4x2 9", "send 80 mask 4x2 9"])
        #expect(harness.counter(.masksMissing) == 0)
        #expect(gst_bus_pop_filtered(harness.bus, GST_MESSAGE_EOS) == nil)
    }

    @Test("new mask caps count from the next mask")
    func capsChange() throws {
        let harness = try PadHarness(journal: "mask-caps-change")
        let masks = try MaskSource(harness)
        masks.begin()
        harness.begin()
        masks.push(0, value: 1)
        masks.caps(width: 3, height: 5)
        masks.push(1, value: 2, width: 3, height: 5)
        for index in 0..<2 { harness.pushFrame(index) }
        harness.end()
        harness.waitForEvent("eos")
        #expect(sends(harness) == ["send 0 mask 4x2 1", "send 40 mask 3x5 2"])
    }

    @Test("a mask that does not come is waited for once, then the last one is held and counted until masks come again")
    func missing() throws {
        let harness = try PadHarness(journal: "mask-missing", factory: "hastystage")
        let masks = try MaskSource(harness)
        masks.begin()
        harness.begin()
        masks.push(0, value: 1)
        for index in 0..<4 { harness.pushFrame(index) }
        harness.journal.waitForLine("send 120 mask 4x2 1")
        #expect(harness.counter(.masksMissing) == 3)
        masks.push(4, value: 5)
        harness.pushFrame(4)
        harness.end()
        harness.waitForEvent("eos")
        #expect(sends(harness).last == "send 160 mask 4x2 5")
        #expect(harness.counter(.masksMissing) == 3)
    }

    @Test("masks that keep coming too late keep no frame waiting; one in time makes frames wait again")
    func late() throws {
        let harness = try PadHarness(journal: "mask-late", factory: "patientstage")
        let masks = try MaskSource(harness)
        masks.begin()
        harness.begin()
        masks.push(0, value: 1)
        harness.pushFrame(0)
        harness.pushFrame(1)
        let start = ContinuousClock.now
        harness.journal.waitForLine("send 40 mask 4x2 1")
        let patience = ContinuousClock.now - start
        #expect(patience > .milliseconds(1500), "the first one that is missing is waited for")
        for index in 2..<12 {
            masks.push(index - 1, value: UInt8(index - 1))
            harness.pushFrame(index)
            harness.journal.waitForLine("send \(index * 40) mask 4x2 \(index - 1)")
        }
        #expect(ContinuousClock.now - start < patience * 4)
        #expect(harness.counter(.masksMissing) == 11)
        masks.push(12, value: 99)
        harness.pushFrame(12)
        harness.journal.waitForLine("send 480 mask 4x2 99")
        harness.pushFrame(13)
        masks.push(13, value: 77)
        harness.end()
        harness.waitForEvent("eos")
        #expect(sends(harness).last == "send 520 mask 4x2 77")
        #expect(harness.counter(.masksMissing) == 11)
    }

    @Test("a mask further away than the tolerance is held, and counted as missing, without a wait")
    func tolerance() throws {
        let harness = try PadHarness("tolerance=50", journal: "mask-tolerance")
        let masks = try MaskSource(harness)
        masks.begin()
        harness.begin()
        masks.push(0, value: 1)
        gst_pad_push_event(
            masks.pad, gst_event_new_gap(GstClockTime(PadHarness.frameNanoseconds), GstClockTime(10_000_000_000)))
        for index in 0..<4 { harness.pushFrame(index) }
        harness.end()
        harness.waitForEvent("eos")
        #expect(sends(harness) == (0..<4).map { "send \($0 * 40) mask 4x2 1" })
        #expect(harness.counter(.masksMissing) == 2, "those at 80 and 120 ms")
    }

    @Test("a gap in the mask stream spares the wait")
    func gap() throws {
        let harness = try PadHarness(journal: "mask-gap")
        let masks = try MaskSource(harness)
        masks.begin()
        harness.begin()
        masks.push(0, value: 1)
        gst_pad_push_event(
            masks.pad, gst_event_new_gap(GstClockTime(PadHarness.frameNanoseconds), GstClockTime(10_000_000_000)))
        for index in 0..<3 { harness.pushFrame(index) }
        harness.end()
        harness.waitForEvent("eos")
        #expect(sends(harness).last == "send 80 mask 4x2 1")
        #expect(harness.counter(.masksMissing) == 0)
    }

    @Test("a mask stream that runs ahead is held back, and a flush of it lets it go")
    func ahead() throws {
        let harness = try PadHarness(journal: "mask-ahead")
        let masks = try MaskSource(harness)
        masks.begin()
        let pushing = TestThread { () -> Int in
            for index in 0..<100 where masks.push(index, value: UInt8(index)) != GST_FLOW_OK { return index }
            return 100
        }
        harness.begin()
        for index in 0..<10 { harness.pushFrame(index) }
        harness.journal.waitForLine("send 360 mask 4x2 9")
        gst_pad_push_event(masks.pad, gst_event_new_flush_start())
        #expect(pushing.value < 100)
        gst_pad_push_event(masks.pad, gst_event_new_flush_stop(1))
        var segment = GstSegment()
        gst_segment_init(&segment, GST_FORMAT_TIME)
        gst_pad_push_event(masks.pad, gst_event_new_segment(&segment))
        masks.push(10, value: 77)
        harness.pushFrame(10)
        harness.end()
        harness.waitForEvent("eos")
        #expect(sends(harness).last == "send 400 mask 4x2 77")
    }

    @Test(
        "a frame that waits for its mask is let go by a flush, by the pad's release and by the stop", arguments: 0..<3)
    func waitEnds(how: Int) throws {
        let harness = try PadHarness(journal: "mask-wait-ends-\(how)")
        let masks = try MaskSource(harness)
        masks.begin()
        harness.begin()
        harness.pushFrame(0)
        switch how {
        case 0:
            harness.push(gst_event_new_flush_start())
            harness.push(gst_event_new_flush_stop(1))
            harness.pushSegment()
            masks.push(0, value: 1)
            harness.pushFrame(0)
        case 1:
            masks.release()
            harness.pushFrame(1)
        default:
            #expect(gst_element_set_state(harness.element, GST_STATE_NULL) == GST_STATE_CHANGE_SUCCESS)
            return
        }
        harness.end()
        harness.waitForEvent("eos")
        // What left before the flush has left.
        let text = harness.outputText
        let start = text.firstIndex(of: "flush-stop") ?? 0
        #expect(text[start...].filter { Int($0) != nil } == (how == 0 ? ["0"] : ["0", "1"]))
    }

    @Test("there is one mask pad, and after its release there can be another")
    func oneMaskPad() throws {
        let harness = try PadHarness(journal: "one-mask-pad")
        do {
            let masks = try MaskSource(harness)
            masks.begin()
            let template = gst_element_get_pad_template(harness.element, "mask")
            #expect(gst_element_request_pad(harness.element, template, nil, nil) == nil)
        }
        let again = try MaskSource(harness)
        again.begin()
        again.push(0, value: 3)
        harness.begin()
        harness.pushFrame(0)
        harness.end()
        harness.waitForEvent("eos")
        #expect(sends(harness) == ["send 0 mask 4x2 3"])
    }
}
