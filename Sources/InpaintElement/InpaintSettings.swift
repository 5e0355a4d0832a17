package import Frames

/// What can be set on the element at any time; a copy of it goes with each frame.
package struct InpaintSettings: Sendable {
    /// Which of the past the network remembers, and how.
    package enum Session: String, Sendable {
        case auto
        case memory
        case window
    }

    /// What becomes of a frame whose mask does not come in time.
    package enum MaskPolicy: String, Sendable {
        case last
        case wait
        case pass
        case protect
    }

    /// What becomes of a frame of which it is not known in time what to hide, or how.
    package enum LatePolicy: String, Sendable {
        case fill
        case protect
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
    /// Counts how often the mask was set: its files may hold something else now though their names are the same.
    package var maskRevision = 0
    /// A filler plugin and its settings; nil fills with the network.
    package var filler: String?
    package var maskPolicy = MaskPolicy.last
    /// Milliseconds by which a mask's time may differ from its frame's; 0 for half a frame after it, and any time before.
    package var maskTolerance = 0
    package var latePolicy = LatePolicy.fill
    package var session = Session.auto
    package var neighbors = 5
    package var references = 5
    package var referenceStride = 10
    package var lookahead = 5
    /// Nil leaves the choice to the weights.
    package var region: String?
    package var grow = 4
    package var feather = 3
    /// Whether what was really seen is carried into the hole before the network fills it.
    package var propagates = true
    package var leans = true
    package var matches = true
    /// The share of the grain round a hole that its fill gets.
    package var grain = 0.0
    package var sceneCut = true
    /// Milliseconds from a live frame's arrival to its leaving; 0 for as long as it takes.
    package var latencyBudget = 0
    package var precision = Precision.auto
    package var threads = 0

    package init() {}

    /// Whether a frame whose mask is missing is made unrecognisable.
    var protectsWithoutMask: Bool { maskPolicy == .protect || latePolicy == .protect }

    /// The feather that leaves nothing of what the mask covers where that must not be.
    var safeFeather: Int { latePolicy == .protect ? min(feather, grow) : feather }

    /// The time for a live frame, where there is a limit.
    package var budget: Timestamp? { Self.milliseconds(latencyBudget) }

    /// How far a mask's time may be from its frame's, where there is a limit.
    var toleranceOfMasks: Timestamp? { Self.milliseconds(maskTolerance) }

    private static func milliseconds(_ count: Int) -> Timestamp? {
        count > 0 ? Timestamp(nanoseconds: UInt64(count) * 1_000_000) : nil
    }
}
