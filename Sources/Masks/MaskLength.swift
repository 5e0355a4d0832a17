/// A distance along one axis of the frame.
public enum MaskLength: Hashable, Sendable {
    case pixels(Double)
    case percent(Double)

    /// Units: pixels of a side that is `side` pixels long.
    func pixels(ofSide side: Int) -> Double {
        switch self {
        case .pixels(let count): count
        case .percent(let share): share / 100 * Double(side)
        }
    }
}
