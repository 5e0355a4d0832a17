internal import CGStreamer
internal import Synchronization

/// Times the frames of one `inpaint` element: from its sink pad, where they are matched by PTS, to its src pad.
///
/// What a frame waits because the element takes no more yet is in its time, as it is in a live stream's latency.
public final class StageWatch: Sendable {
    private struct Passing {
        let presentation: GstClockTime
        let came: ContinuousClock.Instant
    }

    private struct State {
        /// In the order in which they came, which is the order in which they leave.
        var passing: [Passing] = []
        var latencies: [Duration] = []
        var firstCame: ContinuousClock.Instant?
        var lastLeft: ContinuousClock.Instant?
    }

    /// The element's name.
    public let element: String
    private let state = Mutex(State())
    private let ended: @Sendable () -> Void

    fileprivate init(element: String, ended: @escaping @Sendable () -> Void) {
        self.element = element
        self.ended = ended
    }

    /// How long each frame took that has left, in order.
    public var latencies: [Duration] { state.withLock { $0.latencies } }

    /// From the first frame's coming to the last one's leaving; zero before any has left.
    public var span: Duration {
        state.withLock { state in
            guard let first = state.firstCame, let last = state.lastLeft else { return .zero }
            return last - first
        }
    }

    fileprivate func came(_ presentation: GstClockTime) {
        let now = ContinuousClock.now
        state.withLock { state in
            state.firstCame = state.firstCame ?? now
            state.passing.append(Passing(presentation: presentation, came: now))
        }
    }

    fileprivate func left(_ presentation: GstClockTime) {
        let now = ContinuousClock.now
        state.withLock { state in
            // Frames before it were forgotten by a flush.
            guard let index = state.passing.firstIndex(where: { $0.presentation == presentation }) else { return }
            state.latencies.append(now - state.passing[index].came)
            state.lastLeft = now
            state.passing.removeFirst(index + 1)
        }
    }

    fileprivate func endLeft() { ended() }
}

extension Pipeline {
    /// Times the frames of every `inpaint` element from now on; to be called before the pipeline runs.
    ///
    /// - Parameter ended: called on an element's thread when the end of its stream leaves it, its threads still alive.
    public func watchStages(ended: @escaping @Sendable () -> Void) -> [StageWatch] {
        stageElements.map { stage in
            let watch = StageWatch(element: stage.name, ended: ended)
            watch.attach(to: stage, pad: "sink", GST_PAD_PROBE_TYPE_BUFFER) { _, info, data in
                if let buffer = info?.pointee.buffer, let data {
                    Trampoline.object(data, as: StageWatch.self).came(buffer.pointee.pts)
                }
                return GST_PAD_PROBE_OK
            }
            watch.attach(to: stage, pad: "src", GST_PAD_PROBE_TYPE_BUFFER) { _, info, data in
                if let buffer = info?.pointee.buffer, let data {
                    Trampoline.object(data, as: StageWatch.self).left(buffer.pointee.pts)
                }
                return GST_PAD_PROBE_OK
            }
            watch.attach(to: stage, pad: "src", GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) { _, info, data in
                if let event = info?.pointee.event, media_event_type(event) == GST_EVENT_EOS, let data {
                    Trampoline.object(data, as: StageWatch.self).endLeft()
                }
                return GST_PAD_PROBE_OK
            }
            return watch
        }
    }
}

extension StageWatch {
    fileprivate func attach(
        to stage: ObjectHandle, pad name: String, _ kind: GstPadProbeType, _ callback: GstPadProbeCallback
    ) {
        guard let pad = ObjectHandle(adopting: gst_element_get_static_pad(stage.element, name)) else {
            preconditionFailure("a stage has its pads from the beginning")
        }
        gst_pad_add_probe(pad.pointer(), kind, callback, Trampoline.retain(self), Trampoline.release)
    }
}

extension GstPadProbeInfo {
    /// What a probe for buffers sees.
    fileprivate var buffer: UnsafeMutablePointer<GstBuffer>? { data?.assumingMemoryBound(to: GstBuffer.self) }
    /// What a probe for events sees.
    fileprivate var event: UnsafeMutablePointer<GstEvent>? { data?.assumingMemoryBound(to: GstEvent.self) }
}
