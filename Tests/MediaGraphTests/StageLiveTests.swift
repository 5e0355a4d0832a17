import CGStreamer
import Frames
import MediaGraph
import Testing

/// What a stage does on live input, and what it says on its buffers.
@Suite(.timeLimit(.minutes(1))) struct StageLiveTests {
    private func declared(_ harness: PadHarness) -> UInt64 {
        let query = gst_query_new_latency()
        defer { gst_query_unref(query) }
        guard gst_pad_peer_query(harness.sink, query) != 0 else { return 0 }
        var shortest: GstClockTime = 0
        gst_query_parse_latency(query, nil, &shortest, nil)
        return UInt64(shortest)
    }

    /// Holds a frame in the filter for a moment that can be felt, and returns at least how long that was.
    private func holdFrame(in harness: PadHarness) -> UInt64 {
        harness.journal.block(true)
        harness.pushFrame(0)
        harness.journal.waitForSends(1)
        let start = MonotonicClock.now
        while MonotonicClock.now.elapsed(since: start).nanoseconds < 30_000_000 { sched_yield() }
        let held = MonotonicClock.now.elapsed(since: start)
        harness.journal.block(false)
        harness.waitForFrames(1)
        return held.nanoseconds
    }

    @Test("the filter hears with the caps whether its source is live", arguments: [true, false])
    func live(isLive: Bool) throws {
        let harness = try PadHarness(journal: "hears-live-\(isLive)")
        harness.state.change { $0.latency = (isLive, 0, nil) }
        harness.begin()
        harness.journal.waitForLine("configure GRAY8 32x16\(isLive ? " live" : "")")
    }

    @Test("a source that is live from new caps on makes the filter anew, though its frames are the same")
    func turnsLive() throws {
        let harness = try PadHarness(journal: "turns-live")
        harness.begin()
        harness.pushFrame(0)
        harness.state.change { $0.latency = (true, 0, nil) }
        harness.pushCaps(PadHarness.caps("GRAY8", 32, 16))
        harness.journal.waitForLine("configure GRAY8 32x16 live")
        harness.pushFrame(1)
        harness.end()
        harness.waitForEvent("eos")
        #expect(harness.frames == [0, 1])
    }

    @Test("the declared latency follows what live frames take, and the pipeline is told")
    func measured() throws {
        let harness = try PadHarness(journal: "measured-latency")
        harness.state.change { $0.latency = (true, 0, nil) }
        harness.begin()
        let held = holdFrame(in: harness)
        let message = gst_bus_timed_pop_filtered(harness.bus, 20_000_000_000, GST_MESSAGE_LATENCY)
        #expect(message != nil)
        if let message { gst_message_unref(message) }
        #expect(declared(harness) >= held)
    }

    @Test("a frame that took longer than the budget is declared as it was")
    func budget() throws {
        let harness = try PadHarness("budget=10", journal: "latency-budget")
        harness.state.change { $0.latency = (true, 0, nil) }
        harness.begin()
        let held = holdFrame(in: harness)
        #expect(held > 10_000_000 && declared(harness) >= held)
    }

    @Test("a file's latency is what the filter says in frames, whatever a frame takes, and no budget bounds it")
    func file() throws {
        let harness = try PadHarness("delay=2 budget=10", journal: "file-latency")
        harness.begin()
        for frame in 0..<2 { harness.pushFrame(frame) }
        harness.journal.waitForSends(2)
        #expect(declared(harness) == 80_000_000)
        harness.end()
        harness.waitForEvent("eos")
        #expect(declared(harness) == 80_000_000)
    }

    @Test("a frame's rung is on its buffer, once, also where an earlier stage has left one")
    func rungs() throws {
        let harness = try PadHarness("work=fill", journal: "rungs")
        harness.begin()
        harness.pushFrame(0)
        harness.waitForFrames(1)
        let marked = PadHarness.buffer([UInt8](repeating: 1, count: 512), frame: 1)
        media_structure_set_string(
            gst_custom_meta_get_structure(gst_buffer_add_custom_meta(marked, "inpaint-rung")), "rung", "interpolation")
        gst_pad_push(harness.source, marked)
        harness.waitForFrames(2)
        for buffer in harness.state.read({ $0.buffers }) {
            let meta = try #require(gst_buffer_get_custom_meta(buffer, "inpaint-rung"))
            let text = gst_structure_get_string(gst_custom_meta_get_structure(meta), "rung")
            #expect(text.map { String(cString: $0) } == "full")
            gst_buffer_remove_meta(buffer, UnsafeMutableRawPointer(meta).assumingMemoryBound(to: GstMeta.self))
            #expect(gst_buffer_get_custom_meta(buffer, "inpaint-rung") == nil)
        }
    }

    @Test("a frame that was not filled says nothing")
    func noRung() throws {
        let harness = try PadHarness(journal: "no-rung")
        harness.begin()
        harness.pushFrame(0)
        harness.waitForFrames(1)
        #expect(harness.state.read { $0.buffers.allSatisfy { gst_buffer_get_custom_meta($0, "inpaint-rung") == nil } })
    }
}
