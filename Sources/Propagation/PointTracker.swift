/// Follows points from one picture into another, from the coarsest level of both to the finest.
///
/// Source: B. Lucas and T. Kanade, "An Iterative Image Registration Technique", IJCAI 1981, with the pyramids of
/// J.-Y. Bouguet, "Pyramidal Implementation of the Lucas Kanade Feature Tracker", 2000.
struct PointTracker {
    /// Half the side of the window that is compared.
    static let reach = 5
    private static let side = 2 * reach + 1
    private static let rounds = 8
    /// Pixels of a step below which a point has arrived.
    private static let arrived: Float = 0.03
    /// Pixels that the way there and back may miss a point's start by.
    private static let mostMissed: Float = 0.7

    // The window with one pixel more on each side, its gradients, and the window in the other picture.
    private let patch = UnsafeMutableBufferPointer<Float>.allocate(capacity: (side + 2) * (side + 2))
    private let gradients = UnsafeMutableBufferPointer<SIMD2<Float>>.allocate(capacity: side * side)
    private let other = UnsafeMutableBufferPointer<Float>.allocate(capacity: side * side)

    /// Where points of one picture lie in the other; left out is what does not come back to where it started.
    static func follow(
        _ points: [SIMD2<Float>], from one: GrayPyramid, to other: GrayPyramid
    ) -> [(from: SIMD2<Float>, to: SIMD2<Float>)] {
        let tracker = PointTracker()
        defer { tracker.free() }
        return points.compactMap { point in
            guard let there = tracker.follow(point, from: one, to: other),
                let back = tracker.follow(there, from: other, to: one)
            else { return nil }
            let missed = back - point
            return (missed * missed).sum() <= mostMissed * mostMissed ? (point, there) : nil
        }
    }

    private init() {}

    private func free() {
        patch.deallocate()
        gradients.deallocate()
        other.deallocate()
    }

    private func follow(_ point: SIMD2<Float>, from one: GrayPyramid, to two: GrayPyramid) -> SIMD2<Float>? {
        var moved = SIMD2<Float>.zero
        for level in one.levels.indices.reversed() {
            let scale = Float(1 << level)
            let place = (point + 0.5) / scale - 0.5
            if level < one.levels.count - 1 { moved *= 2 }
            guard let step = align(one.levels[level], at: place, with: two.levels[level], moved: moved) else {
                return nil
            }
            moved = step
        }
        let there = point + moved
        let size = SIMD2(Float(two.levels[0].width), Float(two.levels[0].height))
        return all(there .>= 0 .& there .<= size - 1) ? there : nil
    }

    /// How far the window round a place has moved; nil where it looks the same along some direction.
    private func align(
        _ one: GrayPyramid.Level, at place: SIMD2<Float>, with two: GrayPyramid.Level, moved start: SIMD2<Float>
    ) -> SIMD2<Float>? {
        let (side, wide) = (Self.side, Self.side + 2)
        one.sample(from: place - Float(Self.reach + 1), side: wide, into: patch)
        var (xx, xy, yy): (Float, Float, Float) = (0, 0, 0)
        for row in 0..<side {
            for column in 0..<side {
                let centre = (row + 1) * wide + column + 1
                let dx = (patch[centre + 1] - patch[centre - 1]) / 2
                let dy = (patch[centre + wide] - patch[centre - wide]) / 2
                gradients[row * side + column] = SIMD2(dx, dy)
                (xx, xy, yy) = (xx + dx * dx, xy + dx * dy, yy + dy * dy)
            }
        }
        let determinant = xx * yy - xy * xy
        guard determinant > 1e-3 * Float(side * side) else { return nil }

        var moved = start
        for _ in 0..<Self.rounds {
            let corner = place + moved - Float(Self.reach)
            guard abs(corner.x) < 1e5, abs(corner.y) < 1e5 else { return nil }
            two.sample(from: corner, side: side, into: other)
            var sum = SIMD2<Float>.zero
            for row in 0..<side {
                for column in 0..<side {
                    let difference = patch[(row + 1) * wide + column + 1] - other[row * side + column]
                    sum += gradients[row * side + column] * difference
                }
            }
            let step = SIMD2(yy * sum.x - xy * sum.y, xx * sum.y - xy * sum.x) / determinant
            moved += step
            if (step * step).sum() < Self.arrived * Self.arrived { break }
        }
        return moved
    }
}
