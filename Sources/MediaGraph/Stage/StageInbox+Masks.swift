internal import CGStreamer
internal import Frames

extension StageInbox {
    /// The mask stream, as long as the pad is there.
    struct MaskStream {
        var join: PTSJoin<GrayImage>
        /// Counts whatever moves the stream on.
        var arrivals = 0
        /// Frames wait for masks only while the mask stream keeps its time.
        var isOnTime = true
        /// The last frame that has had its mask, or has gone without.
        var lastServed: Timestamp?
        var isFlushing = false
    }

    // MARK: The stage's thread

    /// The mask for a frame, once the mask stream has reached the frame's time, or has taken too long.
    ///
    /// A file's frame waits as long as masks keep coming, and `maskPatienceNanoseconds` after the last one; a live
    /// frame waits `liveMaskPatienceNanoseconds` in all. A frame that waited in vain takes the mask that is held, and no
    /// further frame waits until a mask comes before its own frame has gone: masks that keep coming late keep nobody.
    ///
    /// - Parameters:
    ///   - isPatient: whether a live frame waits as a file's does.
    ///   - tolerance: how far a mask's time may be from the frame's, as `PTSJoin` has it.
    func mask(
        for frame: StageFrame, frameDuration: Timestamp?, tolerance: Timestamp?, isPatient: Bool, flushes: Int
    ) -> (mask: GrayImage?, isLate: Bool) {
        var arrivals = 0
        var deadline: UInt64 = 0
        defer {
            if let time = frame.runningTime { state.change { $0.masks?.lastServed = time } }
        }
        let answer = state.wait(until: { state, now -> Monitor<State>.Step<(mask: GrayImage?, isMissing: Bool)> in
            guard let time = frame.runningTime else { return .done((state.masks?.join.held, false)) }
            let length = frameDuration ?? frame.duration
            switch state.masks?.join.match(at: time, frameDuration: length, tolerance: tolerance) {
            case nil:
                return .done((nil, false))
            case .found(let mask):
                return .done((mask, false))
            case .tooFar(let held):
                return .done((held, true))
            case .pending(let held):
                guard state.isRunning, state.flushes == flushes else { return .done((held, false)) }
                guard let masks = state.masks, masks.isOnTime else { return .done((held, true)) }
                let hurries = state.isLive && !isPatient
                let patience = hurries ? limits.liveMaskPatienceNanoseconds : limits.maskPatienceNanoseconds
                if deadline == 0 || (!hurries && masks.arrivals != arrivals) {
                    arrivals = masks.arrivals
                    deadline = now + patience
                }
                guard now < deadline else {
                    state.masks?.isOnTime = false
                    return .done((held, true))
                }
                return .wait(deadline: deadline)
            }
        })
        if answer.isMissing { counters.add(to: .masksMissing) }
        return (answer.mask, answer.isMissing)
    }

    // MARK: The mask stream's thread

    func attachMasks() {
        state.change { $0.masks = MaskStream(join: PTSJoin(capacity: limits.masks)) }
    }

    func detachMasks() {
        state.change { $0.masks = nil }
    }

    /// Leaves a mask, waiting until there is room.
    func push(mask: GrayImage, at time: Timestamp, duration: Timestamp?) -> GstFlowReturn {
        state.wait { state in
            guard state.isRunning, let masks = state.masks, !masks.isFlushing else { return GST_FLOW_FLUSHING }
            guard !masks.join.isFull else { return nil }
            state.masks?.join.add(mask, at: time, duration: duration)
            state.masks?.arrivals += 1
            if masks.lastServed.map({ time > $0 }) ?? true { state.masks?.isOnTime = true }
            return GST_FLOW_OK
        }
    }

    /// Notes a gap in the mask stream up to `time`.
    func skipMasks(to time: Timestamp) {
        state.change { state in
            state.masks?.join.skip(to: time)
            state.masks?.arrivals += 1
        }
    }

    func endMasks() {
        state.change { $0.masks?.join.end() }
    }

    func beginMaskFlush() {
        state.change { state in
            state.masks?.isFlushing = true
            state.masks?.join.flush()
        }
    }

    func endMaskFlush() {
        state.change { $0.masks?.isFlushing = false }
    }
}
