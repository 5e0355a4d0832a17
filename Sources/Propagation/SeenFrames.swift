/// The frames beside one, all before it or all after it: what each showed, what of it was hidden, and how it moved.
struct SeenFrames {
    /// One of them.
    struct Moment {
        /// Packed RGB.
        let picture: [UInt8]
        let hidden: HiddenPixels
        /// Where a pixel of it is in the one that is next further away; nil where that is not known.
        let motion: AffineMotion?
    }

    private let width: Int
    private let height: Int
    /// How many are kept.
    private let capacity: Int
    /// The nearest one last.
    private var moments: [Moment] = []

    init(width: Int, height: Int, capacity: Int) {
        (self.width, self.height, self.capacity) = (width, height, capacity)
    }

    /// Adds the one that is the nearest from now on, and forgets the furthest where there are too many.
    mutating func add(_ moment: Moment) {
        if moments.count == capacity { moments.removeFirst() }
        moments.append(moment)
    }

    mutating func removeAll() {
        moments.removeAll()
    }

    /// The colours of a frame's pixels, each from the nearest frame that saw it; nil for one that none did.
    ///
    /// The way to a frame is made of the motions on it, and a colour is read once, from the frame that saw it.
    ///
    /// - Parameters:
    ///   - motion: where a pixel of the frame is in the nearest one; nil where that is not known.
    ///   - cover: what counts as hidden in each frame.
    func colors(
        of pixels: [Int], along motion: AffineMotion?, behind cover: HiddenPixels.Cover
    ) -> [SIMD3<UInt8>?] {
        var colors = [SIMD3<UInt8>?](repeating: nil, count: pixels.count)
        var sought = Array(pixels.indices)
        var way = motion
        for moment in moments.reversed() {
            guard let there = way, !sought.isEmpty else { break }
            let covered = moment.hidden[cover]
            sought.removeAll { index in
                let place = there(SIMD2(Float(pixels[index] % width), Float(pixels[index] / width)))
                let nearest = place.rounded(.toNearestOrAwayFromZero)
                guard nearest.x >= 0, nearest.y >= 0, nearest.x < Float(width), nearest.y < Float(height),
                    covered[Int(nearest.y) * width + Int(nearest.x)] == 0
                else { return false }
                colors[index] = SIMD3(nearest: color(of: moment.picture, at: place))
                return true
            }
            way = moment.motion.map { $0.after(there) }
        }
        return colors
    }

    /// The colour between the pixels of a picture, beyond its edge that at the edge.
    ///
    /// Source: R. Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981, with a = −½.
    private func color(of picture: [UInt8], at point: SIMD2<Float>) -> SIMD3<Float> {
        let floor = point.rounded(.down)
        let (columns, rows) = (Self.weights(point.x - floor.x), Self.weights(point.y - floor.y))
        let (x, y) = (Int(floor.x), Int(floor.y))
        var color = SIMD3<Float>.zero
        picture.withUnsafeBufferPointer { bytes in
            for row in 0..<4 {
                let line = min(max(y + row - 1, 0), height - 1) * width
                var sum = SIMD3<Float>.zero
                for column in 0..<4 {
                    let pixel = 3 * (line + min(max(x + column - 1, 0), width - 1))
                    let bytes = SIMD3<UInt8>(bytes[pixel], bytes[pixel + 1], bytes[pixel + 2])
                    sum += columns[column] * SIMD3<Float>(bytes)
                }
                color += rows[row] * sum
            }
        }
        return color
    }

    /// The weights of the four samples round a place that lies `share` behind the second one.
    private static func weights(_ share: Float) -> SIMD4<Float> {
        let (one, two, three) = (share, share * share, share * share * share)
        return SIMD4(
            -0.5 * three + two - 0.5 * one, 1.5 * three - 2.5 * two + 1, -1.5 * three + 2 * two + 0.5 * one,
            0.5 * three - 0.5 * two)
    }
}
