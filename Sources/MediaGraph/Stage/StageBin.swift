internal import CGStreamer
internal import Frames
internal import Synchronization

/// The inside of one element: the appsink, the appsrc, the pads, and the run between READY and PAUSED.
///
/// ```
/// sink ─► appsink ─► StageInbox ─► the thread: StageWork ─► StageOutput: appsrc ─► src
/// mask ─► appsink ──────┘
/// ```
final class StageBin {
    let element: any StageElement

    private let bin: UnsafeMutablePointer<GstElement>
    private let appsink: ObjectHandle
    private let appsrc: ObjectHandle
    private let inbox: StageInbox
    private let output: StageOutput
    private var masks: (pad: ObjectHandle, appsink: ObjectHandle)?
    private var thread: StageThread?
    /// The next run's filter, made on the way to READY, so that what cannot be used is refused before a frame is asked
    /// for.
    private var nextFilter: (any FrameFilter)?
    private let settingsChanged = Atomic(false)

    /// Builds the inside of `bin`, whose class has the pad templates of `StagePads`.
    init(bin: UnsafeMutablePointer<GstElement>, element: any StageElement, limits: StageLimits) {
        self.bin = bin
        self.element = element
        let container = UnsafeMutableRawPointer(bin).assumingMemoryBound(to: GstBin.self)
        media_suppress_end_flags(container)

        // Names nobody gives an element of a pipeline: `in.` in pipeline text would find an inner `in` as well.
        appsink = StagePads.makeSink(named: "stage-appsink")
        appsrc = StagePads.makeSource(named: "stage-appsrc")
        gst_bin_add(container, appsink.pointer())
        gst_bin_add(container, appsrc.pointer())
        let sink = StagePads.makeGhost("sink", for: media_base_sink_pad(appsink.raw), of: bin)
        let source = StagePads.makeGhost("src", for: media_base_src_pad(appsrc.raw), of: bin)

        inbox = StageInbox(limits: limits, counters: element.counters)
        output = StageOutput(appsrc: appsrc, pad: source, inbox: inbox, counters: element.counters)
        let queries = StageQueries(sink: sink, source: source, formats: StagePads.formats(), inbox: inbox)
        let input = StageInput(inbox: inbox, output: output, queries: queries)

        StagePads.connect(input, appsink: appsink, pad: sink)
        StagePads.connect(output, pad: source)
        StagePads.answer(queries, sink: sink, source: source)
        gst_element_add_pad(bin, sink)
        gst_element_add_pad(bin, source)
    }

    // MARK: Runs

    /// What has to be ready before the bin's own change of state; false where it must not take place.
    func prepare(_ transition: GstStateChange) -> Bool {
        switch transition {
        case GST_STATE_CHANGE_NULL_TO_READY:
            return makeFilter()
        case GST_STATE_CHANGE_READY_TO_PAUSED:
            return start()
        case GST_STATE_CHANGE_PAUSED_TO_READY:
            stop()
            setSinks(GST_STATE_READY)
        case GST_STATE_CHANGE_READY_TO_NULL:
            nextFilter = nil
            setSinks(GST_STATE_NULL)
        default:
            break
        }
        return true
    }

    /// Makes good a change of state that did not take place.
    func undo(_ transition: GstStateChange) {
        switch transition {
        case GST_STATE_CHANGE_NULL_TO_READY:
            nextFilter = nil
        case GST_STATE_CHANGE_READY_TO_PAUSED:
            stop()
            setSinks(GST_STATE_READY)
        default:
            break
        }
    }

    /// Notes that a filter made before would not be the one that is asked for now.
    func noteSettingsChanged() {
        settingsChanged.store(true, ordering: .sequentiallyConsistent)
    }

    private func makeFilter() -> Bool {
        settingsChanged.store(false, ordering: .sequentiallyConsistent)
        do {
            let bin = bin
            nextFilter = try element.makeFilter { Self.post(.noticed($0), on: bin) }
            return true
        } catch {
            nextFilter = nil
            Self.post(.failed(error), on: bin)
            return false
        }
    }

    /// What is left to do after the bin's own change of state.
    func settle(_ transition: GstStateChange) {
        guard transition == GST_STATE_CHANGE_PAUSED_TO_READY else { return }
        // Nothing moves any more: what has not left by now never will.
        let counters = element.counters
        counters.add(counters.framesHeld, to: .framesLost)
    }

    private func start() -> Bool {
        let isCurrent = nextFilter != nil && !settingsChanged.load(ordering: .sequentiallyConsistent)
        guard isCurrent || makeFilter(), let filter = nextFilter else { return false }
        nextFilter = nil
        do {
            inbox.start(framesHeld: filter.delay + 1)
            output.start()
            let bin = bin
            let work = StageWork(
                filter: filter, inbox: inbox, output: output, counters: element.counters,
                report: { Self.post($0, on: bin) })
            thread = StageThread(work.run)
            guard thread != nil else {
                throw FrameError(.unavailable, subject: "stage", detail: "the system gives no further thread")
            }
        } catch {
            inbox.stop()
            Self.post(.failed(error), on: bin)
            return false
        }
        // A sink would hold its first frame until the pipeline plays. These two are no sinks to the pipeline: frames
        // pass through them in PAUSED, so that what comes after can preroll.
        setSinks(GST_STATE_PLAYING)
        return true
    }

    private func stop() {
        inbox.stop()
        guard let thread else { return }
        output.close()
        thread.join()
        self.thread = nil
    }

    private func setSinks(_ state: GstState) {
        gst_element_set_state(appsink.pointer(), state)
        if let masks { gst_element_set_state(masks.appsink.pointer(), state) }
    }

    private static func post(_ report: StageReport, on bin: UnsafeMutablePointer<GstElement>) {
        switch report {
        case .latencyChanged:
            gst_element_post_message(
                bin, gst_message_new_latency(UnsafeMutableRawPointer(bin).assumingMemoryBound(to: GstObject.self)))
        case .noticed(let sentence):
            // The text is taken by the message.
            gst_element_message_full(
                bin, GST_MESSAGE_WARNING, media_library_error(), Int32(GST_LIBRARY_ERROR_SETTINGS.rawValue),
                g_strdup(sentence), nil, "", "", 0)
        case .failed(let error):
            let known =
                error as? FrameError
                ?? FrameError(.unavailable, subject: "stage", detail: String(describing: error))
            known.post(on: bin)
        }
    }

    // MARK: The mask pad

    /// Makes the one mask pad; nil where there is one already.
    func requestMaskPad() -> UnsafeMutablePointer<GstPad>? {  // transfer none
        guard masks == nil else { return nil }
        let sink = StagePads.makeSink(named: "stage-mask-appsink", caps: StagePads.maskFormats())
        let container = UnsafeMutableRawPointer(bin).assumingMemoryBound(to: GstBin.self)
        gst_bin_add(container, sink.pointer())
        let pad = StagePads.makeGhost("mask", for: media_base_sink_pad(sink.raw), of: bin)
        StagePads.connect(MaskInput(inbox: inbox), appsink: sink, pad: pad)
        masks = (ObjectHandle(retaining: UnsafeMutableRawPointer(pad)), sink)
        inbox.attachMasks()
        if thread != nil { gst_element_set_state(sink.pointer(), GST_STATE_PLAYING) }
        gst_pad_set_active(pad, media_state(bin).rawValue >= GST_STATE_PAUSED.rawValue ? 1 : 0)
        gst_element_add_pad(bin, pad)
        return pad
    }

    func releaseMaskPad(_ pad: UnsafeMutablePointer<GstPad>) {
        guard let masks, masks.pad.raw == UnsafeMutableRawPointer(pad) else { return }
        inbox.detachMasks()
        self.masks = nil
        gst_pad_set_active(pad, 0)
        gst_element_set_state(masks.appsink.pointer(), GST_STATE_NULL)
        gst_element_remove_pad(bin, pad)
        gst_bin_remove(UnsafeMutableRawPointer(bin).assumingMemoryBound(to: GstBin.self), masks.appsink.pointer())
    }

    // MARK: The bin's own messages

    /// Whether a message of a child goes on. A filter has neither an end nor a start of its own.
    static func isForwarded(_ message: UnsafeMutablePointer<GstMessage>) -> Bool {
        switch media_message_type(message) {
        case GST_MESSAGE_EOS, GST_MESSAGE_STREAM_START, GST_MESSAGE_SEGMENT_START, GST_MESSAGE_SEGMENT_DONE,
            GST_MESSAGE_DURATION_CHANGED, GST_MESSAGE_RESET_TIME, GST_MESSAGE_ASYNC_START, GST_MESSAGE_ASYNC_DONE,
            GST_MESSAGE_LATENCY, GST_MESSAGE_QOS:
            false
        default:
            true
        }
    }
}
