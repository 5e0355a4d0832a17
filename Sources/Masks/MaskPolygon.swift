internal import Frames

/// An area between straight edges, whose corners are said in pixels or as a share of the frame.
public struct MaskPolygon: Hashable, Sendable {
    public struct Corner: Hashable, Sendable {
        public let x: MaskLength
        public let y: MaskLength

        public init(x: MaskLength, y: MaskLength) {
            self.x = x
            self.y = y
        }
    }

    public let corners: [Corner]

    public init(_ corners: [Corner]) {
        self.corners = corners
    }

    /// The pixels of a frame whose middle lies inside; where edges cross, what is covered twice is outside.
    func mask(width: Int, height: Int) -> Mask {
        let points = corners.map { ($0.x.pixels(ofSide: width), $0.y.pixels(ofSide: height)) }
        var pixels = [UInt8](repeating: 0, count: width * height)
        for y in 0..<height {
            let middle = Double(y) + 0.5
            let crossings = zip(points, points[1...] + points[..<1]).compactMap { from, to -> Double? in
                guard (from.1 <= middle) != (to.1 <= middle) else { return nil }
                return from.0 + (middle - from.1) / (to.1 - from.1) * (to.0 - from.0)
            }.sorted()
            for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                let left = Self.column(crossings[pair], width)
                let right = Self.column(crossings[pair + 1], width)
                for x in left..<max(left, right) { pixels[y * width + x] = 1 }
            }
        }
        return Mask(width: width, height: height, pixels: pixels)
    }

    /// The first column whose middle is not left of a place.
    private static func column(_ place: Double, _ width: Int) -> Int {
        // Corners far beyond all frames make places that are no numbers.
        place.isNaN ? 0 : Int(min(max((place - 0.5).rounded(.up), 0), Double(width)))
    }
}
