internal import CGStreamer
internal import Dispatch
internal import Synchronization

/// Keeps the pads of a network source shut until it has shown all of them.
///
/// An RTSP source shows a stream when its first packet comes, and the picture's may flow by then: a muxer that has begun
/// takes no sound any more. Each stream has a thread of its own there, so that one which waits keeps no other. A source
/// that is announced and sends nothing keeps the others only for a while.
final class SourceGate: Sendable {
    /// Far longer than the first packets of two streams that do come are apart.
    static let patience = Duration.seconds(3)

    private struct Held {
        var pads: [(pad: ObjectHandle, probe: gulong)] = []
        var sinks: [ObjectHandle] = []
    }

    private enum State {
        case shut(Held)
        case open
    }

    private let state = Mutex(State.shut(Held()))

    /// Makes a gate for a source; nil where its streams share a thread, which must not be kept: a demuxer's, a decoder's.
    init?(of source: ObjectHandle) {
        guard source.roles.contains("Network") else { return nil }
        let callback: @convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Void = { _, data in
            Trampoline.object(data, as: SourceGate.self).open()
        }
        g_signal_connect_data(
            source.raw, "no-more-pads", unsafeBitCast(callback, to: GCallback.self), Trampoline.retain(self),
            { data, _ in Trampoline.release(data) }, GConnectFlags(rawValue: 0))
    }

    var isOpen: Bool {
        state.withLock { if case .open = $0 { true } else { false } }
    }

    /// Shuts a pad that was just added, and on which nothing has come yet.
    func hold(_ pad: ObjectHandle) {
        let isFirst = state.withLock { state in
            guard case .shut(var held) = state else { return false }
            let probe = gst_pad_add_probe(
                pad.pointer(), GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, { _, _, _ in GST_PAD_PROBE_OK }, nil, nil)
            held.pads.append((pad, probe))
            state = .shut(held)
            return held.pads.count == 1
        }
        guard isFirst else { return }
        let wait = DispatchTimeInterval.milliseconds(Int(Self.patience / .milliseconds(1)))
        DispatchQueue.global().asyncAfter(deadline: .now() + wait) { [weak self] in self?.open() }
    }

    /// Keeps an element from starting, if it is a network sink: an RTSP client tells the server its streams once, and
    /// looks for them while it starts.
    func delay(_ target: ObjectHandle) {
        guard target.roles.isSuperset(of: ["Sink", "Network"]) else { return }
        state.withLock { state in
            guard case .shut(var held) = state, !held.sinks.contains(where: { $0.raw == target.raw }) else { return }
            gst_element_set_locked_state(target.element, 1)
            held.sinks.append(target)
            state = .shut(held)
        }
    }

    private func open() {
        let held = state.withLock { state in
            guard case .shut(let held) = state else { return Held() }
            state = .open
            return held
        }
        for sink in held.sinks {
            gst_element_set_locked_state(sink.element, 0)
            // What keeps it from starting is an error on the bus.
            gst_element_sync_state_with_parent(sink.element)
        }
        for (pad, probe) in held.pads { gst_pad_remove_probe(pad.pointer(), probe) }
    }
}
