package import Frames

/// What can be set on the element at any time; a copy of it goes with each frame.
package struct InpaintSettings: Sendable {
    /// Which of the past the network remembers, and how.
    package enum Session: String, Sendable {
        case auto
        case memory
        case window
    }

    /// In what numbers the network computes.
    package enum Precision: String, Sendable {
        case auto
        case fp32
        case bf16
    }

    /// A weight file; nil for the weights compiled in.
    package var weights: String?
    package var grids: String?
    package var mask: String?
    package var session = Session.auto
    package var neighbors = 5
    package var references = 5
    package var referenceStride = 10
    package var lookahead = 5
    /// Nil leaves the choice to the weights.
    package var region: String?
    package var grow = 4
    package var feather = 3
    package var sceneCut = true
    /// Milliseconds from a live frame's arrival to its leaving; 0 for as long as it takes.
    package var latencyBudget = 0
    package var precision = Precision.auto
    package var threads = 0

    package init() {}

    /// The time for a live frame, where there is a limit.
    package var budget: Timestamp? {
        latencyBudget > 0 ? Timestamp(nanoseconds: UInt64(latencyBudget) * 1_000_000) : nil
    }
}
