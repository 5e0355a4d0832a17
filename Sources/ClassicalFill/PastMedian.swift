/// Fills a hole with the median of what was seen at the same place in past frames: right where the camera stands still.
public struct PastMedian {
    /// Frames that are remembered, each with its hole.
    private var past: [(picture: [UInt8], hole: [UInt8])] = []
    private let frames: Int
    private let pixels: Int

    /// - Parameter frames: how many past frames are looked at.
    public init(width: Int, height: Int, frames: Int = 30) {
        precondition(frames > 0, "at least one frame is remembered")
        self.frames = frames
        pixels = width * height
    }

    /// Writes the pixels of the hole that were seen, and takes them out of it.
    ///
    /// Of an even number of values it is the mean of the two in the middle, rounded down.
    ///
    /// Shapes: picture packed RGB, width × height × 3; hole width × height, other than 0 = hole.
    public func fill(_ picture: inout [UInt8], hole: inout [UInt8]) {
        precondition(hole.count == pixels && picture.count == 3 * pixels, "the pictures have the filler's size")
        for pixel in hole.indices where hole[pixel] != 0 {
            let seen = past.filter { $0.hole[pixel] == 0 }
            guard !seen.isEmpty else { continue }
            for place in 3 * pixel..<3 * pixel + 3 {
                let values = seen.map { $0.picture[place] }.sorted()
                let (low, high) = (values[(values.count - 1) / 2], values[values.count / 2])
                picture[place] = UInt8((Int(low) + Int(high)) / 2)
            }
            hole[pixel] = 0
        }
    }

    /// Remembers a frame as it came.
    public mutating func see(_ picture: [UInt8], hole: [UInt8]) {
        precondition(hole.count == pixels && picture.count == 3 * pixels, "the pictures have the filler's size")
        past.append((picture, hole))
        if past.count > frames { past.removeFirst() }
    }
}
