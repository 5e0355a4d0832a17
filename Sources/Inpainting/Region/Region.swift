public import Frames

/// The sides of a picture the network can take.
///
/// Units: pixels.
public struct NetworkSize: Hashable, Sendable {
    public let width: Int
    public let height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    var area: Int { width * height }

    /// A sampled hole with the pixels beside it that scaling may have mixed with what is in it.
    ///
    /// Shapes: `width` × `height`, rows without padding.
    public func grown(_ hole: [UInt8]) -> [UInt8] {
        let reach = 2
        let box = Rectangle(x: 0, y: 0, width: width, height: height)
        return StepDistances(in: box) { x, y in hole[y * width + x] != 0 }.values.map { $0 <= reach ? 1 : 0 }
    }
}

/// A part of the frame that is given to the network, and the size it is scaled to for that.
public struct Region: Hashable, Sendable {
    /// In the frame's pixels.
    public let box: Rectangle
    public let size: NetworkSize

    public init(box: Rectangle, size: NetworkSize) {
        self.box = box
        self.size = size
    }

    /// The share of the frame's resolution that the network sees, along the axis that loses more; above 1 it is scaled up.
    var scale: Double {
        size.scale(shrinking: (box.width, box.height))
    }

    /// Whether any part of a hole reaches into the region.
    public func meets(_ hole: Hole) -> Bool {
        hole.parts.contains { !$0.bounds.intersection(box).isEmpty }
    }

    /// The hole inside the region at the network's size: 1 for each network pixel that any pixel of the hole reaches.
    ///
    /// A pixel beside the hole that shares a chroma sample with it counts as one of it: what is to go tints it.
    ///
    /// Shapes: `size.width` × `size.height`, rows without padding.
    ///
    /// - Parameter format: the frame's.
    public func sample(_ hole: Hole, in format: PixelFormat) -> [UInt8] {
        let step = format.cropAlignment
        var pixels = [UInt8](repeating: 0, count: size.area)
        for part in hole.parts {
            let inside = part.bounds.intersection(box)
            let columns = (inside.x..<inside.right).map { x in
                reach(of: x - box.x, sharing: step.x, side: box.width, scaled: size.width)
            }
            for y in inside.y..<inside.bottom {
                let rows = reach(of: y - box.y, sharing: step.y, side: box.height, scaled: size.height)
                for x in inside.x..<inside.right where part[x, y] != 0 {
                    for row in rows {
                        for column in columns[x - inside.x] {
                            pixels[row * size.width + column] = 1
                        }
                    }
                }
            }
        }
        return pixels
    }

    /// The pixels that the network must not see: those of the hole, and where the region is scaled, those that scaling may
    /// have mixed with them.
    ///
    /// Shapes: as `sample`.
    public func hidden(_ hole: Hole, in format: PixelFormat) -> [UInt8] {
        let pixels = sample(hole, in: format)
        return (box.width, box.height) == (size.width, size.height) ? pixels : size.grown(pixels)
    }

    /// The pixels of a scaled side that lie under a pixel of the side, and under those that share its chroma.
    private func reach(of pixel: Int, sharing step: Int, side: Int, scaled: Int) -> Range<Int> {
        let first = pixel / step * step
        let end = min(first + step, side)
        return first * scaled / side..<(end * scaled + side - 1) / side
    }
}
