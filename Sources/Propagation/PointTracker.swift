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

    /// Which samples of a row are the window's.
    private static let inside = SIMD16<Float>((0..<16).map { $0 < side ? 1 : 0 })

    // Rows of samples: the window with one pixel more on each side and a row to read beyond it, its middle, its gradients,
    // which are 0 beside it, and the window in the other picture.
    private let patch = UnsafeMutableBufferPointer<SIMD16<Float>>.allocate(capacity: side + 3)
    private let middle = UnsafeMutableBufferPointer<SIMD16<Float>>.allocate(capacity: side)
    private let gradientsX = UnsafeMutableBufferPointer<SIMD16<Float>>.allocate(capacity: side)
    private let gradientsY = UnsafeMutableBufferPointer<SIMD16<Float>>.allocate(capacity: side)
    private let other = UnsafeMutableBufferPointer<SIMD16<Float>>.allocate(capacity: side)

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

    private init() {
        for rows in [patch, middle, gradientsX, gradientsY, other] { rows.initialize(repeating: .zero) }
    }

    private func free() {
        for rows in [patch, middle, gradientsX, gradientsY, other] { rows.deallocate() }
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
        let window = UnsafeMutableBufferPointer(rebasing: patch.dropLast())
        one.sample(from: place - Float(Self.reach + 1), columns: Self.side + 2, into: window)
        var sums = (xx: SIMD16<Float>.zero, xy: SIMD16<Float>.zero, yy: SIMD16<Float>.zero)
        for row in middle.indices {
            middle[row] = patchRow(row + 1, from: 1)
            let dx = (patchRow(row + 1, from: 2) - patchRow(row + 1, from: 0)) / 2 * Self.inside
            let dy = (patchRow(row + 2, from: 1) - patchRow(row, from: 1)) / 2 * Self.inside
            (gradientsX[row], gradientsY[row]) = (dx, dy)
            sums = (sums.xx + dx * dx, sums.xy + dx * dy, sums.yy + dy * dy)
        }
        let (xx, xy, yy) = (sums.xx.sum(), sums.xy.sum(), sums.yy.sum())
        let determinant = xx * yy - xy * xy
        guard determinant > 1e-3 * Float(Self.side * Self.side) else { return nil }

        var moved = start
        for _ in 0..<Self.rounds {
            let corner = place + moved - Float(Self.reach)
            guard abs(corner.x) < 1e5, abs(corner.y) < 1e5 else { return nil }
            two.sample(from: corner, columns: Self.side, into: other)
            var (sumX, sumY) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
            for row in middle.indices {
                let difference = middle[row] - other[row]
                sumX += gradientsX[row] * difference
                sumY += gradientsY[row] * difference
            }
            let sum = SIMD2(sumX.sum(), sumY.sum())
            let step = SIMD2(yy * sum.x - xy * sum.y, xx * sum.y - xy * sum.x) / determinant
            moved += step
            if (step * step).sum() < Self.arrived * Self.arrived { break }
        }
        return moved
    }

    /// A row of the patch from a column on. What lies behind its end is the next row's, and counts for nothing.
    private func patchRow(_ row: Int, from column: Int) -> SIMD16<Float> {
        UnsafeRawBufferPointer(patch).loadUnaligned(
            fromByteOffset: row * MemoryLayout<SIMD16<Float>>.stride + column * MemoryLayout<Float>.stride,
            as: SIMD16<Float>.self)
    }
}
