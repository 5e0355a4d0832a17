internal import CGStreamer
internal import Frames
internal import Synchronization

/// One pad of an `rtspserversink` and the appsink behind it.
final class RTSPInput: Sendable {
    let number: Int
    let appsink: ObjectHandle
    let pad: ObjectHandle
    private let mount = Mutex<RTSPMount?>(nil)

    init(number: Int, appsink: ObjectHandle, pad: ObjectHandle) {
        self.number = number
        self.appsink = appsink
        self.pad = pad
        var callbacks = GstAppSinkCallbacks()
        callbacks.new_sample = { appsink, data in
            guard let appsink, let data else { return GST_FLOW_ERROR }
            return Trampoline.object(data, as: Follower.self).input?.takeSample(from: appsink) ?? GST_FLOW_OK
        }
        callbacks.eos = { _, data in
            guard let data else { return }
            Trampoline.object(data, as: Follower.self).input?.end()
        }
        gst_app_sink_set_callbacks(
            appsink.pointer(), &callbacks, Trampoline.retain(Follower(self)), Trampoline.release)
    }

    /// What the appsink keeps: it must not keep the input, which keeps the appsink.
    private final class Follower {
        weak var input: RTSPInput?

        init(_ input: RTSPInput) { self.input = input }
    }

    /// Gives what comes to a mount from now on; nil to nobody.
    func feed(_ mount: RTSPMount?) {
        self.mount.withLock { $0 = mount }
        mount?.add(track: number)
    }

    /// Takes the stream out of its mount.
    func leave() {
        let mount = mount.withLock { mount in
            defer { mount = nil }
            return mount
        }
        mount?.remove(track: number)
    }

    private func takeSample(from appsink: UnsafeMutablePointer<GstAppSink>) -> GstFlowReturn {
        guard let sample = gst_app_sink_try_pull_sample(appsink, 0) else { return GST_FLOW_OK }  // transfer full
        defer { gst_sample_unref(sample) }
        mount.withLock { $0 }?.push(sample, track: number) {
            let event = gst_video_event_new_upstream_force_key_unit(media_clock_time_none(), 1, 0)
            gst_pad_push_event(media_base_sink_pad(self.appsink.raw), event)
        }
        return GST_FLOW_OK
    }

    private func end() { mount.withLock { $0 }?.end() }
}
