internal import Frames

/// A frame's hole, and what lies round it.
struct HiddenPixels {
    /// How much of what lies round the hole counts as hidden with it.
    enum Cover {
        /// As much as keeps a colour that is read between the pixels beside it free of the hole's.
        case hole
        /// The ring as well.
        case ring
    }

    /// Pixels by which the ring is wide, a step going to one of the four neighbours.
    private static let ringSteps: Int32 = 6
    /// Pixels each way that reading between pixels reaches.
    private static let readingReach = 2

    /// Other than 0 = hole, rows without padding, as all here are.
    let hole: [UInt8]
    /// The pixels of the hole, and those of the ring round it, in rising order.
    let holePixels: [Int]
    let ringPixels: [Int]
    /// Pixels so far away that a window round them lies outside the hole.
    let isClear: [Bool]
    /// Steps from a pixel of the hole to the nearest one outside it, a step going to one of the four neighbours.
    let depths: [Int32]
    private let mixed: [UInt8]
    private let grown: [UInt8]

    init(_ hole: [UInt8], width: Int, height: Int) {
        self.hole = hole
        let steps = StepDistances(in: Rectangle(x: 0, y: 0, width: width, height: height)) { x, y in
            hole[y * width + x] != 0
        }.values
        holePixels = hole.indices.filter { hole[$0] != 0 }
        ringPixels = steps.indices.filter { hole[$0] == 0 && steps[$0] <= Self.ringSteps }
        depths =
            StepDistances(in: Rectangle(x: 0, y: 0, width: width, height: height)) { x, y in
                hole[y * width + x] == 0
            }.values
        isClear = steps.map { $0 > PointTracker.reach }
        grown = steps.map { $0 <= Self.ringSteps ? 1 : 0 }
        var mixed = hole
        for pixel in holePixels {
            let (x, y) = (pixel % width, pixel / width)
            for row in max(0, y - Self.readingReach)...min(height - 1, y + Self.readingReach) {
                for column in max(0, x - Self.readingReach)...min(width - 1, x + Self.readingReach) {
                    mixed[row * width + column] = 1
                }
            }
        }
        self.mixed = mixed
    }

    /// Other than 0 = hidden.
    subscript(cover: Cover) -> [UInt8] {
        switch cover {
        case .hole: mixed
        case .ring: grown
        }
    }
}
