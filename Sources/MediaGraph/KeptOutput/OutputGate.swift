/// Opens the output of a pipeline with the first frame of a live input, and not before.
///
/// An output that is opened overwrites what it wrote before; one that has never had a frame has nothing to show.
final class OutputGate: Sendable {
    private enum Position {
        /// No frame has come.
        case shut
        /// A frame waits for the output.
        case wanted
        /// The output is on its way.
        case opening
        case open
        /// The output is over, or never to be.
        case closed
    }

    private struct State {
        var position = Position.shut
        /// Whether the input is live, once it is known.
        var isLive: Bool?
    }

    private let state = Monitor(State())

    var isOpen: Bool { state.read { $0.position == .open } }

    /// The input has said whether it is live. One that is not never opens the gate.
    func inputStarted(isLive: Bool) {
        state.change { state in
            state.isLive = isLive
            if !isLive { state.position = .closed }
        }
    }

    /// Waits with a frame until the output takes it; false where it never will.
    func pass() -> Bool {
        state.change { state in
            if state.position == .shut { state.position = .wanted }
        }
        return state.wait { state in
            switch state.position {
            case .shut, .wanted, .opening: nil
            case .open: true
            case .closed: false
            }
        }
    }

    /// Waits until a frame of a live input wants the output, which is to be opened then; false where none ever will.
    func untilWanted() -> Bool {
        state.wait { state in
            switch state.position {
            case .wanted where state.isLive == true:
                state.position = .opening
                return true
            case .closed: return false
            case .shut, .wanted, .opening, .open: return nil
            }
        }
    }

    /// Waits until an output that is on its way is there; false where there is none, and none will be from now on.
    func settle() -> Bool {
        state.wait { state in
            switch state.position {
            case .opening: return nil
            case .open: return true
            case .shut, .wanted, .closed:
                state.position = .closed
                return false
            }
        }
    }

    func open() {
        state.change { state in
            if state.position != .closed { state.position = .open }
        }
    }

    func close() {
        state.change { $0.position = .closed }
    }
}
