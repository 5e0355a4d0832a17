/// The last pictures, by the number of their frame, from 0.
struct PictureHistory {
    let width: Int
    let height: Int
    /// How many are kept.
    let capacity: Int
    private var pictures: [[UInt8]] = []
    private var newest = 0

    init(width: Int, height: Int, capacity: Int) {
        (self.width, self.height, self.capacity) = (width, height, capacity)
        pictures.reserveCapacity(capacity)
    }

    /// Keeps the picture of the next frame, packed RGB, and forgets the oldest one where there are too many.
    mutating func add(_ picture: [UInt8], frame: Int) {
        if pictures.count < capacity { pictures.append(picture) } else { pictures[frame % capacity] = picture }
        newest = frame
    }

    /// Whether a frame's picture is there still.
    func holds(_ frame: Int32) -> Bool { Int(frame) > newest - capacity }

    /// The colour between the pixels of a frame's picture, beyond its edge that at the edge.
    ///
    /// Source: R. Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981, with a = −½.
    func color(of frame: Int32, at point: SIMD2<Float>) -> SIMD3<Float> {
        let floor = point.rounded(.down)
        let (columns, rows) = (Self.weights(point.x - floor.x), Self.weights(point.y - floor.y))
        let (x, y) = (Int(floor.x), Int(floor.y))
        var color = SIMD3<Float>.zero
        pictures[Int(frame) % capacity].withUnsafeBufferPointer { bytes in
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
