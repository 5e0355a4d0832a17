/// A patch of the first picture, and where it lies in the second.
struct FlowPatch {
    /// Pixels; the width of the vectors it is computed with.
    static let side = 8

    let x: Int
    let y: Int
    /// The inverse of the gradients' products, mean brightness left out: xx, xy, yy.
    let inverse: SIMD3<Float>
    /// The gradients' sums.
    let slopes: SIMD2<Float>
    /// The coarser level's vector.
    let start: SIMD2<Float>
    var vector: SIMD2<Float>
}

/// The search of patches of one picture in another. Both have margins, as `FlowPyramid.Level` says.
struct FlowSearch {
    private typealias Row = SIMD8<Float>

    private static let pixels = Float(FlowPatch.side * FlowPatch.side)
    private static let steps = 12
    /// Added to the gradients' squares, so that where there is nothing but noise to see nothing moves.
    private static let stiffness: Float = 200
    /// Squares of the steps at which a search ends. Units: pixels².
    private static let leastStep: Float = 1e-4

    let one: UnsafeBufferPointer<Float>
    let other: UnsafeBufferPointer<Float>
    let stride: Int
    let width: Int
    let height: Int

    /// A patch at a place of the first picture.
    func patch(x: Int, y: Int, start: SIMD2<Float>) -> FlowPatch {
        var (xx, xy, yy) = (Row.zero, Row.zero, Row.zero)
        var (sumX, sumY) = (Row.zero, Row.zero)
        for row in 0..<FlowPatch.side {
            let (across, down) = slopes(x, y + row)
            xx += across * across
            xy += across * down
            yy += down * down
            sumX += across
            sumY += down
        }
        let slopes = SIMD2(sumX.sum(), sumY.sum())
        let a = xx.sum() - slopes.x * slopes.x / Self.pixels + Self.stiffness
        let b = xy.sum() - slopes.x * slopes.y / Self.pixels
        let c = yy.sum() - slopes.y * slopes.y / Self.pixels + Self.stiffness
        let determinant = a * c - b * b
        return FlowPatch(
            x: x, y: y, inverse: SIMD3(c, -b, a) / determinant, slopes: slopes, start: start, vector: start)
    }

    /// One pass over all patches, in which each tries the vectors of two neighbours that had their turn before it.
    func run(_ patches: inout [FlowPatch], columns: Int, backwards: Bool) {
        let order = backwards ? Array(patches.indices.reversed()) : Array(patches.indices)
        let side = backwards ? 1 : -1
        for index in order {
            let column = index % columns
            var candidates = [patches[index].vector]
            if (0..<columns).contains(column + side) { candidates.append(patches[index + side].vector) }
            if patches.indices.contains(index + side * columns) {
                candidates.append(patches[index + side * columns].vector)
            }
            var best = (vector: patches[index].vector, cost: Float.infinity)
            for candidate in candidates {
                let cost = residual(of: patches[index], at: candidate).cost
                if cost < best.cost { best = (candidate, cost) }
            }
            patches[index].vector = search(patches[index], from: best.vector)
        }
    }

    /// Gauss–Newton steps from a vector, as long as they make the patch fit better.
    private func search(_ patch: FlowPatch, from start: SIMD2<Float>) -> SIMD2<Float> {
        var vector = start
        var best = (vector: start, cost: Float.infinity)
        for _ in 0..<Self.steps {
            let (cost, right) = residual(of: patch, at: vector)
            guard cost < best.cost else { break }
            best = (vector, cost)
            let step = SIMD2(
                patch.inverse.x * right.x + patch.inverse.y * right.y,
                patch.inverse.y * right.x + patch.inverse.z * right.y)
            vector -= step
            if (step * step).sum() < Self.leastStep { break }
        }
        let way = best.vector - start
        // A step beyond the patch's own size has lost it.
        return (way * way).sum() <= Self.pixels ? best.vector : start
    }

    /// How badly a patch fits at a vector, and the right side of the equation of the next step.
    ///
    /// Mean brightness is left out of both.
    private func residual(
        of patch: FlowPatch, at vector: SIMD2<Float>
    ) -> (cost: Float, right: SIMD2<Float>) {
        let sample = Sample(self, SIMD2(Float(patch.x), Float(patch.y)) + vector)
        var (square, sum, right) = (Row.zero, Row.zero, (x: Row.zero, y: Row.zero))
        for row in 0..<FlowPatch.side {
            let difference = sample.row(row, in: self) - load(one, patch.x, patch.y + row)
            let (across, down) = slopes(patch.x, patch.y + row)
            square += difference * difference
            sum += difference
            right.x += difference * across
            right.y += difference * down
        }
        let total = sum.sum()
        return (
            square.sum() - total * total / Self.pixels,
            SIMD2(right.x.sum(), right.y.sum()) - patch.slopes * (total / Self.pixels)
        )
    }

    /// A vector for every pixel: the mean of its patches', each weighted by how well it fits there.
    func dense(_ patches: [FlowPatch]) -> [SIMD2<Float>] {
        var sums = [SIMD3<Float>](repeating: .zero, count: width * height)
        for patch in patches {
            let sample = Sample(self, SIMD2(Float(patch.x), Float(patch.y)) + patch.vector)
            for row in 0..<FlowPatch.side {
                let difference = sample.row(row, in: self) - load(one, patch.x, patch.y + row)
                let place = (patch.y + row) * width + patch.x
                for column in 0..<FlowPatch.side {
                    let weight = 1 / max(1, abs(difference[column]))
                    sums[place + column] += weight * SIMD3(patch.vector, 1)
                }
            }
        }
        return sums.map { SIMD2($0.x, $0.y) / $0.z }
    }

    /// Central differences of a row of the first picture.
    private func slopes(_ x: Int, _ y: Int) -> (across: SIMD8<Float>, down: SIMD8<Float>) {
        ((load(one, x + 1, y) - load(one, x - 1, y)) / 2, (load(one, x, y + 1) - load(one, x, y - 1)) / 2)
    }

    /// Eight pixels of a row, which may lie in the margin.
    private func load(_ picture: UnsafeBufferPointer<Float>, _ x: Int, _ y: Int) -> SIMD8<Float> {
        let place = (y + FlowPyramid.Level.margin) * stride + x + FlowPyramid.Level.margin
        precondition(place >= 0 && place + FlowPatch.side <= picture.count, "a patch keeps to the margin")
        return UnsafeRawBufferPointer(picture).loadUnaligned(
            fromByteOffset: place * MemoryLayout<Float>.size, as: SIMD8<Float>.self)
    }

    /// A patch of the second picture at a place between its pixels.
    private struct Sample {
        let x: Int
        let y: Int
        let part: SIMD2<Float>

        /// - Parameter place: the patch's corner; one that lies too far outside is moved to where the margin begins.
        init(_ search: FlowSearch, _ place: SIMD2<Float>) {
            let reach = Float(FlowPyramid.Level.margin - 2)
            let side = Float(FlowPatch.side)
            let inside = place.clamped(
                lowerBound: SIMD2(repeating: -reach),
                upperBound: SIMD2(Float(search.width), Float(search.height)) + reach - side - 1)
            let corner = inside.rounded(.down)
            (x, y) = (Int(corner.x), Int(corner.y))
            part = inside - corner
        }

        func row(_ row: Int, in search: FlowSearch) -> SIMD8<Float> {
            let (top, bottom) = (y + row, y + row + 1)
            let above =
                search.load(search.other, x, top) * (1 - part.x) + search.load(search.other, x + 1, top) * part.x
            let below =
                search.load(search.other, x, bottom) * (1 - part.x)
                + search.load(search.other, x + 1, bottom) * part.x
            return above * (1 - part.y) + below * part.y
        }
    }
}
