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
        guard (box.width, box.height) != (size.width, size.height) else { return pixels }
        return grown(
            pixels, byColumns: Self.mixing(side: box.width, scaled: size.width),
            rows: Self.mixing(side: box.height, scaled: size.height))
    }

    /// How far beyond the pixels that lie under it a pixel of a side is mixed in by cubic scaling, which reads two
    /// pixels each way: of the side where it grows, of the scaled one where it shrinks. Units: pixels of the scaled side.
    private static func mixing(side: Int, scaled: Int) -> Int {
        let scale = max(1, Double(scaled) / Double(side))
        return Int((1.5 * scale + 0.5).rounded(.up))
    }

    /// A sampled hole, larger by so many pixels on each side: a filter that goes along both sides mixes corners too.
    private func grown(_ hole: [UInt8], byColumns columns: Int, rows: Int) -> [UInt8] {
        var wide = hole
        for y in 0..<size.height {
            for x in 0..<size.width where hole[y * size.width + x] != 0 {
                for column in max(0, x - columns)...min(size.width - 1, x + columns) {
                    wide[y * size.width + column] = 1
                }
            }
        }
        var grown = wide
        for y in 0..<size.height {
            for row in max(0, y - rows)...min(size.height - 1, y + rows) where row != y {
                for x in 0..<size.width where wide[y * size.width + x] != 0 { grown[row * size.width + x] = 1 }
            }
        }
        return grown
    }

    /// The pixels of a scaled side that lie under a pixel of the side, and under those that share its chroma.
    private func reach(of pixel: Int, sharing step: Int, side: Int, scaled: Int) -> Range<Int> {
        let first = pixel / step * step
        let end = min(first + step, side)
        return first * scaled / side..<(end * scaled + side - 1) / side
    }
}
