/// Where each pixel of a picture lies in another one: its own place plus its vector. Units: pixels.
package struct FlowField: Sendable {
    package let width: Int
    package let height: Int
    /// Rows without padding.
    package var vectors: [SIMD2<Float>]

    package init(width: Int, height: Int, vectors: [SIMD2<Float>]) {
        precondition(vectors.count == width * height, "a flow has one vector a pixel")
        self.width = width
        self.height = height
        self.vectors = vectors
    }

    /// The vector between pixels, for a place inside the picture.
    func vector(at place: SIMD2<Float>) -> SIMD2<Float> {
        let (left, top) = (Int(place.x), Int(place.y))
        let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
        let part = place - SIMD2(Float(left), Float(top))
        let above = vectors[top * width + left] * (1 - part.x) + vectors[top * width + right] * part.x
        let below = vectors[bottom * width + left] * (1 - part.x) + vectors[bottom * width + right] * part.x
        return above * (1 - part.y) + below * part.y
    }

    /// The same motion on a picture of another size.
    func resized(width newWidth: Int, height newHeight: Int) -> FlowField {
        let scale = SIMD2(Float(newWidth) / Float(width), Float(newHeight) / Float(height))
        let last = SIMD2(Float(width - 1), Float(height - 1))
        var vectors: [SIMD2<Float>] = []
        vectors.reserveCapacity(newWidth * newHeight)
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                let place = (SIMD2(Float(x), Float(y)) + 0.5) / scale - 0.5
                vectors.append(vector(at: place.clamped(lowerBound: .zero, upperBound: last)) * scale)
            }
        }
        return FlowField(width: newWidth, height: newHeight, vectors: vectors)
    }
}

/// The motion from a frame back to the one before it, and where it is to be trusted.
package struct KnownMotion: Sendable {
    package let flow: FlowField
    /// False where a pixel was not to be seen in the frame before: its way there and back does not end where it began,
    /// or leaves the frame.
    package let isKnown: [Bool]

    package init(flow: FlowField, isKnown: [Bool]) {
        self.flow = flow
        self.isKnown = isKnown
    }
}

extension KnownMotion {
    /// The motion between two pictures, with the check of both ways.
    ///
    /// Source of the check: Sundaram, Brox and Keutzer, "Dense Point Trajectories by GPU-Accelerated Large Displacement
    /// Optical Flow", ECCV 2010, equation 5.
    package init(from frame: RGBPicture, to before: RGBPicture) {
        let (one, other) = (FlowPyramid(of: frame), FlowPyramid(of: before))
        let flow = PatchFlow.flow(from: one, to: other)
        let back = PatchFlow.flow(from: other, to: one)
        let (width, height) = (frame.width, frame.height)
        let isKnown = flow.vectors.indices.map { pixel in
            let there = flow.vectors[pixel]
            let place = SIMD2(Float(pixel % width), Float(pixel / width)) + there
            guard place.x >= 0, place.y >= 0, place.x <= Float(width - 1), place.y <= Float(height - 1) else {
                return false
            }
            let again = back.vector(at: place)
            let gap = there + again
            return (gap * gap).sum() <= 0.01 * ((there * there).sum() + (again * again).sum()) + 0.5
        }
        self.init(flow: flow, isKnown: isKnown)
    }
}
