import CGStreamer
import Frames
import MediaGraph
import Testing

@Suite(.timeLimit(.minutes(1))) struct StageFrameTests {
    @Test(
        "as many frames come out as went in, in order, then the end",
        arguments: [0, 1, 2, 5, 20], [0, 1, 3, 10])
    func count(frames: Int, delay: Int) throws {
        let harness = try PadHarness("delay=\(delay)", journal: "count-\(frames)-\(delay)")
        harness.begin()
        for index in 0..<frames { #expect(harness.pushFrame(index) == GST_FLOW_OK) }
        harness.end()
        harness.waitForEvent("eos")
        #expect(harness.frames == Array(0..<frames))
        #expect(harness.outputText.prefix(3) == ["stream-start", "caps", "segment"])
        #expect(harness.outputText.last == "eos")
        #expect(harness.counter(.framesIn) == frames)
        #expect(harness.counter(.framesOut) == frames)
    }

    @Test("frames that are held when the stage is stopped are lost, and counted")
    func lost() throws {
        let harness = try PadHarness("delay=5", journal: "lost")
        harness.begin()
        for index in 0..<7 { harness.pushFrame(index) }
        harness.waitForFrames(2)
        #expect(harness.counter(.framesLost) == 0)
        gst_element_set_state(harness.element, GST_STATE_READY)
        #expect(harness.counter(.framesIn) == 7 && harness.counter(.framesOut) == 2)
        #expect(harness.counter(.framesLost) == 5)
        gst_element_set_state(harness.element, GST_STATE_NULL)
        #expect(harness.counter(.framesLost) == 5)
    }

    @Test("an end without caps is an end")
    func endWithoutCaps() throws {
        let harness = try PadHarness("delay=3", journal: "end-without-caps")
        harness.push(gst_event_new_stream_start("empty"))
        harness.end()
        harness.waitForEvent("eos")
        #expect(harness.outputText == ["stream-start", "eos"])
    }

    @Test("times, offsets, flags and metas stay as they were", arguments: ["identity", "touch", "invert"], [0, 2])
    func fields(work: String, delay: Int) throws {
        let harness = try PadHarness("work=\(work) delay=\(delay)", journal: "fields-\(work)-\(delay)")
        harness.begin()
        let flagSets: [UInt32] = [
            0, GST_BUFFER_FLAG_DISCONT.rawValue, GST_BUFFER_FLAG_DELTA_UNIT.rawValue | GST_BUFFER_FLAG_MARKER.rawValue,
            GST_BUFFER_FLAG_CORRUPTED.rawValue | GST_BUFFER_FLAG_GAP.rawValue, GST_BUFFER_FLAG_HEADER.rawValue,
        ]
        let visible: UInt32 = 0xBFF0  // GST_BUFFER_FLAG_TAG_MEMORY is the memory's own affair
        for (index, flags) in flagSets.enumerated() {
            let buffer = try #require(PadHarness.buffer([UInt8](repeating: 7, count: 512), frame: index))
            buffer.pointee.pts += 3
            buffer.pointee.dts = buffer.pointee.pts - 1
            buffer.pointee.duration = GstClockTime(1000 + index)
            buffer.pointee.offset = guint64(100 + index)
            buffer.pointee.offset_end = guint64(200 + index)
            media_buffer_set_flag(buffer, GstBufferFlags(rawValue: flags))
            gst_buffer_add_video_region_of_interest_meta(buffer, "face", guint(index), 2, 3, 4)
            #expect(gst_pad_push(harness.source, buffer) == GST_FLOW_OK)
        }
        harness.end()
        harness.waitForEvent("eos")
        let buffers = harness.state.read { $0.buffers }
        try #require(buffers.count == flagSets.count)
        for (index, buffer) in buffers.enumerated() {
            let pts = GstClockTime(UInt64(index) * PadHarness.frameNanoseconds + 3)
            #expect(buffer.pointee.pts == pts)
            #expect(buffer.pointee.dts == pts - 1)
            #expect(buffer.pointee.duration == GstClockTime(1000 + index))
            #expect(buffer.pointee.offset == guint64(100 + index))
            #expect(buffer.pointee.offset_end == guint64(200 + index))
            #expect(media_buffer_flags(buffer) & visible == flagSets[index] & visible, "frame \(index)")
            let meta = try #require(media_buffer_roi_meta(buffer))
            #expect(meta.pointee.x == guint(index))
        }
    }

    @Test("a frame without a time passes")
    func untimed() throws {
        let harness = try PadHarness("delay=1", journal: "untimed")
        harness.begin()
        let buffer = try #require(PadHarness.buffer([UInt8](repeating: 7, count: 512), frame: 0))
        buffer.pointee.pts = media_clock_time_none()
        buffer.pointee.duration = media_clock_time_none()
        #expect(gst_pad_push(harness.source, buffer) == GST_FLOW_OK)
        harness.end()
        harness.waitForEvent("eos")
        let out = harness.state.read { $0.buffers }
        #expect(out.count == 1)
        #expect(out.first?.pointee.pts == media_clock_time_none())
        #expect(out.first?.pointee.dts == media_clock_time_none())
    }

    @Test("frames whose time stands still pass, each, in order, and none counts as a break")
    func standingTime() throws {
        let harness = try PadHarness(journal: "standing-time")
        harness.begin()
        for index in [0, 1, 1, 1, 1, 2] { harness.pushFrame(index) }
        harness.end()
        harness.waitForEvent("eos")
        #expect(harness.frames == [0, 1, 1, 1, 1, 2])
        #expect(harness.counter(.framesIn) == 6 && harness.counter(.framesOut) == 6)
        #expect(harness.journal.lines.count { $0 == "flush" } == 1, "only at the end")
    }

    @Test("frames outside the segment pass too")
    func outsideSegment() throws {
        let harness = try PadHarness(journal: "outside-segment")
        harness.push(gst_event_new_stream_start("outside"))
        harness.pushCaps(PadHarness.caps("GRAY8", 32, 16))
        var segment = GstSegment()
        gst_segment_init(&segment, GST_FORMAT_TIME)
        segment.start = guint64(5 * PadHarness.frameNanoseconds)
        segment.stop = guint64(6 * PadHarness.frameNanoseconds)
        harness.push(gst_event_new_segment(&segment))
        for index in 4..<8 { harness.pushFrame(index) }
        harness.end()
        harness.waitForEvent("eos")
        #expect(harness.frames == [4, 5, 6, 7])
    }

    @Test("every byte is the same, odd sizes and padded rows alike", arguments: PixelFormat.allCases, [0, 24])
    func bytes(format: PixelFormat, padding: Int) throws {
        for work in ["identity", "touch"] {
            let picture = try TestPicture(format: format, width: 641, height: 479, paddingBytes: padding)
            let harness = try PadHarness("work=\(work)", journal: "bytes-\(format)-\(padding)")
            harness.state.change { $0.readsVideoMeta = true }
            harness.begin(format.rawValue, width: 641, height: 479)
            gst_pad_push(harness.source, picture.makeBuffer())
            harness.end()
            harness.waitForEvent("eos")
            let out = try #require(harness.state.read { $0.buffers.first })
            #expect(picture.isEqual(to: out))
        }
    }

    @Test("only what the filter writes is written", arguments: PixelFormat.allCases, [0, 24])
    func writtenBytes(format: PixelFormat, padding: Int) throws {
        let picture = try TestPicture(format: format, width: 641, height: 479, paddingBytes: padding)
        let harness = try PadHarness("work=invert", journal: "written-\(format)-\(padding)")
        harness.state.change { $0.readsVideoMeta = true }
        harness.begin(format.rawValue, width: 641, height: 479)
        // Somebody else keeps the buffer, as a tee does: what he sees must not change.
        let kept = try #require(picture.makeBuffer())
        gst_pad_push(harness.source, gst_buffer_ref(kept))
        harness.end()
        harness.waitForEvent("eos")
        let out = try #require(harness.state.read { $0.buffers.first })
        #expect(picture.invertedCorner().isEqual(to: out))
        #expect(picture.isEqual(to: kept))
        gst_buffer_unref(kept)
    }

    @Test("padded rows are packed for a downstream that cannot read where they are", arguments: PixelFormat.allCases)
    func packing(format: PixelFormat) throws {
        let padded = try TestPicture(format: format, width: 641, height: 479, paddingBytes: 24)
        let harness = try PadHarness(journal: "packing-\(format)")
        harness.begin(format.rawValue, width: 641, height: 479)
        gst_pad_push(harness.source, padded.makeBuffer())
        harness.end()
        harness.waitForEvent("eos")
        let out = try #require(harness.state.read { $0.buffers.first })
        let packed = try padded.packed()
        #expect(packed.hasSameSamples(as: out))
    }
}
