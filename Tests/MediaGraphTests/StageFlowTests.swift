import CGStreamer
import Frames
import MediaGraph
import Testing

@Suite(.timeLimit(.minutes(1))) struct StageFlowTests {
    // MARK: Queries

    private func latency(of harness: PadHarness) -> (live: Bool, min: UInt64, max: UInt64?)? {
        let query = gst_query_new_latency()
        defer { gst_query_unref(query) }
        guard gst_pad_peer_query(harness.sink, query) != 0 else { return nil }
        var live: gboolean = 0
        var shortest: GstClockTime = 0
        var longest: GstClockTime = 0
        gst_query_parse_latency(query, &live, &shortest, &longest)
        return (live != 0, UInt64(shortest), longest == media_clock_time_none() ? nil : UInt64(longest))
    }

    @Test(
        "until a frame has left, the latency is upstream's and the filter's frames", arguments: [1, 5],
        [nil, UInt64(90_000_000)] as [UInt64?])
    func latency(delay: Int, longest: UInt64?) throws {
        let harness = try PadHarness("delay=\(delay)", journal: "latency-\(delay)-\(longest ?? 0)")
        harness.state.change { $0.latency = (true, 10_000_000, longest) }
        harness.begin()
        harness.pushFrame(0)
        harness.journal.waitForSends(1)
        let own = UInt64(delay) * 40_000_000
        let answer = try #require(latency(of: harness))
        #expect(answer.live)
        #expect(answer.min == 10_000_000 + own)
        #expect(answer.max == longest.map { $0 + own })
        let message = gst_bus_pop_filtered(harness.bus, GST_MESSAGE_LATENCY)
        #expect(message != nil)
        if let message { gst_message_unref(message) }
    }

    @Test("without a rate in the caps the frames' duration makes the latency")
    func latencyWithoutRate() throws {
        let harness = try PadHarness("delay=2", journal: "latency-without-rate")
        harness.begin(rate: "0/1")
        harness.pushFrame(0)
        harness.journal.waitForSends(1)
        let answer = try #require(latency(of: harness))
        #expect(!answer.live)
        #expect(answer.min == 80_000_000)
    }

    @Test("upstream is offered what downstream takes, of the stage's formats")
    func caps() throws {
        let harness = try PadHarness(journal: "caps")
        harness.state.change { $0.sinkCaps = "video/x-raw,format={AYUV,NV12,RGB},width=640,height=480" }
        let offered = gst_pad_peer_query_caps(harness.source, nil)
        defer { gst_caps_unref(offered) }
        let expected = gst_caps_from_string(
            "video/x-raw,format={NV12,RGB},width=640,height=480,framerate=[0/1,2147483647/1]")
        defer { gst_caps_unref(expected) }
        #expect(gst_caps_is_equal(offered, expected) != 0)
        let refused = gst_caps_from_string(PadHarness.caps("AYUV", 640, 480))
        defer { gst_caps_unref(refused) }
        #expect(gst_pad_peer_query_accept_caps(harness.source, refused) == 0)
    }

    @Test("downstream's questions about the stream go to the source, and it hears that the stage only pushes")
    func forwardedQueries() throws {
        let harness = try PadHarness(journal: "forwarded-queries")
        var position: gint64 = 0
        #expect(gst_pad_peer_query_position(harness.sink, GST_FORMAT_TIME, &position) != 0)
        #expect(position == 1234)
        let query = gst_query_new_scheduling()
        defer { gst_query_unref(query) }
        #expect(gst_pad_peer_query(harness.sink, query) != 0)
        #expect(gst_query_has_scheduling_mode(query, GST_PAD_MODE_PULL) == 0)
        #expect(gst_query_has_scheduling_mode(query, GST_PAD_MODE_PUSH) != 0)
    }

    @Test("a source may put rows anywhere and needs buffers for all the stage holds")
    func allocation() throws {
        let harness = try PadHarness("delay=7", journal: "allocation")
        let caps = gst_caps_from_string(PadHarness.caps("NV12", 640, 480))
        defer { gst_caps_unref(caps) }
        let query = gst_query_new_allocation(caps, 1)
        defer { gst_query_unref(query) }
        #expect(gst_pad_peer_query(harness.source, query) != 0)
        #expect(gst_query_find_allocation_meta(query, media_video_meta_api(), nil) != 0)
        var pool: UnsafeMutablePointer<GstBufferPool>?
        var least: guint = 0
        gst_query_parse_nth_allocation_pool(query, 0, &pool, nil, &least, nil)
        #expect(pool == nil)
        #expect(least >= 8)
    }

    @Test("a drain query brings every frame out and goes on downstream")
    func drain() throws {
        let harness = try PadHarness("delay=5", journal: "drain")
        harness.begin()
        for index in 0..<4 { harness.pushFrame(index) }
        #expect(harness.frames.isEmpty)
        let query = gst_query_new_drain()
        defer { gst_query_unref(query) }
        #expect(gst_pad_peer_query(harness.source, query) != 0)
        #expect(harness.frames == [0, 1, 2, 3])
        #expect(harness.state.read { $0.drains } == 1)
        harness.pushFrame(4)
        harness.end()
        harness.waitForEvent("eos")
        #expect(harness.frames == [0, 1, 2, 3, 4])
    }

    // MARK: Waiting

    @Test("a live source that is too fast is held back and counted, and loses nothing", arguments: [true, false])
    func heldBack(isLive: Bool) throws {
        let harness = try PadHarness(journal: "held-back-\(isLive)")
        harness.state.change { $0.latency = (isLive, 0, nil) }
        harness.begin()
        harness.journal.block(true)
        let source = TestThread { () -> Int in
            for index in 0..<20 where harness.pushFrame(index) != GST_FLOW_OK { return index }
            harness.end()
            return 20
        }
        harness.journal.waitForSends(1)
        // One frame is with the filter, four are in the ring; the source stands with the sixth.
        while harness.counter(.framesIn) < 5 { sched_yield() }
        #expect(harness.frames.isEmpty)
        harness.journal.block(false)
        #expect(source.value == 20)
        harness.waitForEvent("eos")
        #expect(harness.frames == Array(0..<20))
        #expect((harness.counter(.framesHeldBack) > 0) == isLive)
    }

    @Test("the filter works on a thread of its own, with a name")
    func threadName() throws {
        let harness = try PadHarness(journal: "thread-name")
        harness.begin()
        harness.pushFrame(0)
        harness.end()
        harness.waitForEvent("eos")
        #expect(harness.journal.threadName == "inpaint")
    }

    @Test("what downstream answers reaches the source", arguments: [GST_FLOW_EOS, GST_FLOW_ERROR, GST_FLOW_NOT_LINKED])
    func downstreamFlow(flow: GstFlowReturn) throws {
        let harness = try PadHarness(journal: "downstream-flow-\(flow.rawValue)")
        harness.begin()
        harness.state.change { $0.downstreamFlow = flow }
        let source = TestThread { () -> GstFlowReturn in
            for index in 0..<1000 {
                let flow = harness.pushFrame(index)
                if flow != GST_FLOW_OK { return flow }
            }
            return GST_FLOW_OK
        }
        #expect(source.value == flow)
        harness.end()
        harness.waitForEvent("eos")
    }

    @Test("the stage stops while its source waits, while the filter works, while downstream stands still")
    func stopWhileBlocked() throws {
        let harness = try PadHarness("delay=2", journal: "stop-while-blocked")
        harness.begin()
        harness.state.change { $0.isDownstreamBlocked = true }
        let source = TestThread { () -> GstFlowReturn in
            for index in 0..<100 {
                let flow = harness.pushFrame(index)
                if flow != GST_FLOW_OK { return flow }
            }
            return GST_FLOW_OK
        }
        harness.waitForFrames(1)
        // A sink that goes down lets its thread go; the stage has to end by itself.
        harness.state.change { state in
            state.isDownstreamBlocked = false
            state.downstreamFlow = GST_FLOW_FLUSHING
        }
        #expect(gst_element_set_state(harness.element, GST_STATE_NULL) == GST_STATE_CHANGE_SUCCESS)
        #expect(source.value == GST_FLOW_FLUSHING)
    }

    @Test("a stage that was stopped runs again")
    func secondRun() throws {
        let harness = try PadHarness("delay=2", journal: "second-run")
        for _ in 0..<3 {
            harness.begin()
            for index in 0..<5 { harness.pushFrame(index) }
            harness.end()
            harness.waitForEvent("eos")
            #expect(harness.frames == [0, 1, 2, 3, 4])
            gst_pad_set_active(harness.source, 0)
            #expect(gst_element_set_state(harness.element, GST_STATE_READY) == GST_STATE_CHANGE_SUCCESS)
            gst_pad_set_active(harness.sink, 0)
            gst_pad_set_active(harness.sink, 1)
            #expect(gst_element_set_state(harness.element, GST_STATE_PLAYING) == GST_STATE_CHANGE_SUCCESS)
            gst_pad_set_active(harness.source, 1)
            harness.clear()
        }
    }

    // MARK: Errors

    @Test("a filter that cannot be made is an error of the element, and the state does not change")
    func refused() throws {
        let harness = try PadHarness("work=refuse", journal: "refused", play: false)
        #expect(gst_element_set_state(harness.element, GST_STATE_PAUSED) == GST_STATE_CHANGE_FAILURE)
        #expect(
            harness.nextError()
                == "gst-resource-error-quark 3 not-found weights.pth: cannot be opened (No such file or directory)")
        #expect(gst_element_set_state(harness.element, GST_STATE_NULL) == GST_STATE_CHANGE_SUCCESS)
    }

    @Test("an error in the filter is posted once, frames are refused from then on, and the end still passes")
    func failure() throws {
        let harness = try PadHarness("work=fail delay=1", journal: "failure")
        harness.begin()
        let source = TestThread { () -> GstFlowReturn in
            for index in 0..<1000 {
                let flow = harness.pushFrame(index)
                if flow != GST_FLOW_OK { return flow }
            }
            return GST_FLOW_OK
        }
        #expect(source.value == GST_FLOW_ERROR)
        #expect(harness.nextError() == "gst-stream-error-quark 5 bad-data network: gave up on frame 3")
        harness.end()
        harness.waitForEvent("eos")
        #expect(gst_bus_pop_filtered(harness.bus, GST_MESSAGE_ERROR) == nil)
        #expect(gst_element_set_state(harness.element, GST_STATE_NULL) == GST_STATE_CHANGE_SUCCESS)
    }

    @Test("a filter that refuses its frames' layout is an error")
    func misconfigured() throws {
        let harness = try PadHarness("work=misconfigure", journal: "misconfigured")
        harness.begin()
        #expect(
            harness.nextError() == "gst-library-error-quark 5 bad-setting region: 0,0,9999,9999 lies outside the frame")
        let source = TestThread { () -> GstFlowReturn in
            for index in 0..<1000 {
                let flow = harness.pushFrame(index)
                if flow != GST_FLOW_OK { return flow }
            }
            return GST_FLOW_OK
        }
        #expect(source.value == GST_FLOW_ERROR)
    }

    @Test("a buffer too small for its caps is an error where the filter writes")
    func shortBuffer() throws {
        let harness = try PadHarness("work=invert", journal: "short-buffer")
        harness.begin()
        gst_pad_push(harness.source, PadHarness.buffer([1, 2, 3], frame: 0))
        #expect(harness.nextError().hasPrefix("gst-stream-error-quark 5 bad-data buffer: 3 bytes do not hold a 32x16"))
    }
}
