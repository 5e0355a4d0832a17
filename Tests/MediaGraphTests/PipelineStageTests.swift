import CGStreamer
import Frames
import MediaGraph
import Testing

/// The stage among GStreamer's own elements.
@Suite(.timeLimit(.minutes(1))) struct PipelineStageTests {
    private final class Running {
        let pipeline: UnsafeMutablePointer<GstElement>
        let bus: UnsafeMutablePointer<GstBus>

        init(_ text: String) throws {
            try PadHarness.registerElements()
            var error: UnsafeMutablePointer<GError>?
            let made = gst_parse_launch_full(text, nil, GST_PARSE_FLAG_FATAL_ERRORS, &error)
            let message = error.map { String(cString: $0.pointee.message) } ?? ""
            pipeline = try #require(made, "\(message)")
            gst_object_ref_sink(pipeline)
            bus = gst_element_get_bus(pipeline)
        }

        deinit {
            gst_element_set_state(pipeline, GST_STATE_NULL)
            gst_object_unref(bus)
            gst_object_unref(pipeline)
        }

        func play() { gst_element_set_state(pipeline, GST_STATE_PLAYING) }

        /// Waits for the end or an error; the error's text, or nil.
        func end() -> String? {
            let kinds = GstMessageType(rawValue: GST_MESSAGE_ERROR.rawValue | GST_MESSAGE_EOS.rawValue)
            guard let message = gst_bus_timed_pop_filtered(bus, 30_000_000_000, kinds) else { return "no end came" }
            defer { gst_message_unref(message) }
            guard media_message_type(message) == GST_MESSAGE_ERROR else { return nil }
            var error: UnsafeMutablePointer<GError>?
            gst_message_parse_error(message, &error, nil)
            defer { g_clear_error(&error) }
            return error.map { String(cString: $0.pointee.message) } ?? "an error"
        }

        func element(_ name: String) throws -> UnsafeMutablePointer<GstElement> {
            let element = try #require(
                gst_bin_get_by_name(UnsafeMutableRawPointer(pipeline).assumingMemoryBound(to: GstBin.self), name))
            gst_object_unref(element)
            return element
        }

        /// Pulls every frame out of the appsink `out`: times in milliseconds.
        func pullAll() throws -> [UInt64] {
            let sink = UnsafeMutableRawPointer(try element("out")).assumingMemoryBound(to: GstAppSink.self)
            var times: [UInt64] = []
            while let sample = gst_app_sink_pull_sample(sink) {
                if let buffer = gst_sample_get_buffer(sample) { times.append(UInt64(buffer.pointee.pts) / 1_000_000) }
                gst_sample_unref(sample)
            }
            return times
        }
    }

    @Test("a pipeline prerolls through the stage and plays to its end", arguments: [0, 5])
    func prerolls(delay: Int) throws {
        let running = try Running(
            "videotestsrc num-buffers=30 ! video/x-raw,width=64,height=48,framerate=25/1 ! teststage delay=\(delay) "
                + "! videoconvert ! appsink name=out sync=false")
        gst_element_set_state(running.pipeline, GST_STATE_PAUSED)
        #expect(
            gst_element_get_state(running.pipeline, nil, nil, 20_000_000_000) == GST_STATE_CHANGE_SUCCESS)
        running.play()
        #expect(try running.pullAll() == (0..<30).map { UInt64($0 * 40) })
        #expect(running.end() == nil)
    }

    @Test("a flushing seek goes through the stage")
    func seek() throws {
        let running = try Running(
            "videotestsrc num-buffers=1000 ! video/x-raw,width=64,height=48,framerate=25/1 ! teststage delay=3 "
                + "! appsink name=out sync=false max-buffers=2")
        gst_element_set_state(running.pipeline, GST_STATE_PAUSED)
        #expect(gst_element_get_state(running.pipeline, nil, nil, 20_000_000_000) == GST_STATE_CHANGE_SUCCESS)
        for round in 1...5 {
            #expect(
                gst_element_seek(
                    running.pipeline, 1, GST_FORMAT_TIME,
                    GstSeekFlags(rawValue: GST_SEEK_FLAG_FLUSH.rawValue | GST_SEEK_FLAG_ACCURATE.rawValue),
                    GST_SEEK_TYPE_SET, gint64(round) * 1_000_000_000, GST_SEEK_TYPE_SET,
                    gint64(round) * 1_000_000_000 + 400_000_000) != 0)
            #expect(gst_element_get_state(running.pipeline, nil, nil, 20_000_000_000) == GST_STATE_CHANGE_SUCCESS)
        }
        running.play()
        #expect(try running.pullAll() == (0..<10).map { UInt64(5000 + $0 * 40) })
        #expect(running.end() == nil)
    }

    @Test("an end sent to the pipeline drains the stage, though the stage is neither source nor sink")
    func endFromOutside() throws {
        let running = try Running(
            "videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=100/1 "
                + "! teststage name=stage delay=10 journal=end-from-outside ! appsink name=out sync=false")
        let stage = try running.element("stage")
        #expect(media_object_flags(stage) & (GST_ELEMENT_FLAG_SOURCE.rawValue | GST_ELEMENT_FLAG_SINK.rawValue) == 0)
        running.play()
        Journal.named("end-from-outside").waitForSends(15)
        gst_element_send_event(running.pipeline, gst_event_new_eos())
        let times = try running.pullAll()
        #expect(running.end() == nil)
        let sent = Journal.named("end-from-outside").lines.filter { $0.hasPrefix("send") }.count
        #expect(times.count == sent)
        #expect(times == times.sorted())
    }

    @Test("masks from another branch of the pipeline meet their frames")
    func maskBranch() throws {
        let running = try Running(
            "videotestsrc num-buffers=20 ! video/x-raw,width=64,height=48,framerate=25/1 ! queue "
                + "! teststage name=stage journal=mask-branch ! appsink name=out sync=false "
                + "videotestsrc num-buffers=20 pattern=white ! video/x-raw,format=GRAY8,width=32,height=24,framerate=25/1 "
                + "! queue ! stage.mask")
        running.play()
        #expect(try running.pullAll().count == 20)
        #expect(running.end() == nil)
        let sends = Journal.named("mask-branch").lines.filter { $0.hasPrefix("send") }
        #expect(sends.count == 20)
        #expect(sends.allSatisfy { $0.contains("mask 32x24 2") }, "\(sends)")
    }

    @Test("an error of the stage is the pipeline's first error")
    func error() throws {
        let running = try Running(
            "videotestsrc ! video/x-raw,width=64,height=48 ! teststage work=fail ! fakesink")
        running.play()
        #expect(running.end() == "network: gave up on frame 3")
    }

    @Test("a pipeline stops at any moment", arguments: 0..<10)
    func stops(frames: Int) throws {
        let name = "stops-\(frames)"
        let running = try Running(
            "videotestsrc ! video/x-raw,width=64,height=48 ! teststage delay=2 journal=\(name) "
                + "! fakesink sync=\(frames.isMultiple(of: 2))")
        running.play()
        Journal.named(name).waitForSends(frames)
        #expect(gst_element_set_state(running.pipeline, GST_STATE_NULL) == GST_STATE_CHANGE_SUCCESS)
    }

    @Test("an element that is gone leaves nothing behind")
    func leaks() throws {
        final class Gone: Sendable { let count = Monitor(0) }
        let gone = Gone()
        do {
            let harness = try PadHarness("delay=3 work=invert", journal: "leaks")
            g_object_weak_ref(
                UnsafeMutableRawPointer(harness.element).assumingMemoryBound(to: GObject.self),
                { data, _ in
                    guard let data else { return }
                    Unmanaged<Gone>.fromOpaque(data).takeUnretainedValue().count.change { $0 += 1 }
                }, Unmanaged.passUnretained(gone).toOpaque())
            let mask = try #require(gst_element_request_pad_simple(harness.element, "mask"))
            gst_element_release_request_pad(harness.element, mask)
            gst_object_unref(mask)
            harness.begin()
            for index in 0..<10 {
                let bytes = [UInt8](repeating: UInt8(index), count: 512)
                let buffer = try #require(PadHarness.buffer(bytes, frame: index))
                gst_mini_object_weak_ref(
                    UnsafeMutableRawPointer(buffer).assumingMemoryBound(to: GstMiniObject.self),
                    { data, _ in
                        guard let data else { return }
                        Unmanaged<Gone>.fromOpaque(data).takeUnretainedValue().count.change { $0 += 1 }
                    }, Unmanaged.passUnretained(gone).toOpaque())
                gst_pad_push(harness.source, buffer)
            }
            harness.pushCustom("custom")
            harness.end()
            harness.waitForEvent("eos")
            gst_element_set_state(harness.element, GST_STATE_NULL)
        }
        #expect(gone.count.read { $0 } == 11)
    }
}
