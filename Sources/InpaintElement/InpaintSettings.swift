/// What can be set on the element at any time; a copy of it goes with each frame.
package struct InpaintSettings: Sendable {
    /// Which of the past the network remembers, and how.
    package enum Session: String, Sendable {
        case auto
        case memory
        case window
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
    package var threads = 0

    package init() {}
}
