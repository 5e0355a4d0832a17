/// A small picture of yes and no, and what is done with such pictures.
public struct Bitmap: Equatable, Sendable {
    public let width: Int
    public let height: Int
    /// 0 or 1, rows without padding.
    public var pixels: [UInt8]

    /// What hangs together in a bitmap, by edges and corners.
    public struct Component: Equatable, Sendable {
        public var left: Int
        public var top: Int
        /// One past the last.
        public var right: Int
        public var bottom: Int
        public var area: Int

        public var width: Int { right - left }
        public var height: Int { bottom - top }
    }

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 0, count: width * height)
    }

    /// Every pixel that has a yes within so many columns and rows.
    public func dilated(byColumns columns: Int, rows: Int) -> Bitmap {
        counting(columns, rows) { count, _ in count > 0 }
    }

    public func dilated(by radius: Int) -> Bitmap { dilated(byColumns: radius, rows: radius) }

    /// Every pixel that has only yes within so many columns and rows; beyond the edge is yes.
    public func eroded(byColumns columns: Int, rows: Int) -> Bitmap {
        counting(columns, rows) { count, size in count == size }
    }

    public func eroded(by radius: Int) -> Bitmap { eroded(byColumns: radius, rows: radius) }

    /// Every pixel round which more than a share of a box is yes.
    public func dense(share: Double, byColumns columns: Int, rows: Int) -> Bitmap {
        counting(columns, rows) { count, size in Double(count) > share * Double(size) }
    }

    /// Looks at the yes in the box round each pixel, as far as it lies in the bitmap.
    private func counting(_ columns: Int, _ rows: Int, _ isYes: (_ count: Int, _ size: Int) -> Bool) -> Bitmap {
        // sums[y][x] is the number of yes above and left of (x, y).
        let stride = width + 1
        let sums = [Int32](unsafeUninitializedCapacity: stride * (height + 1)) { sums, count in
            for x in 0..<stride { sums[x] = 0 }
            for y in 0..<height {
                var row: Int32 = 0
                sums[(y + 1) * stride] = 0
                for x in 0..<width {
                    row &+= Int32(pixels[y * width + x])
                    sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] &+ row
                }
            }
            count = stride * (height + 1)
        }
        var result = Bitmap(width: width, height: height)
        result.pixels.withUnsafeMutableBufferPointer { target in
            sums.withUnsafeBufferPointer { sums in
                for y in 0..<height {
                    let (top, bottom) = (max(y - rows, 0), min(y + rows + 1, height))
                    for x in 0..<width {
                        let (left, right) = (max(x - columns, 0), min(x + columns + 1, width))
                        let count =
                            sums[bottom * stride + right] &- sums[top * stride + right] &- sums[bottom * stride + left]
                            &+ sums[top * stride + left]
                        if isYes(Int(count), (bottom - top) * (right - left)) { target[y * width + x] = 1 }
                    }
                }
            }
        }
        return result
    }

    /// What hangs together, from the top.
    public func components() -> [Component] {
        labelled().components
    }

    /// The bitmap without the components that are not wanted.
    public func keeping(_ isWanted: (Component) -> Bool) -> Bitmap {
        let (labels, components) = labelled()
        let wanted = components.map(isWanted)
        var result = Bitmap(width: width, height: height)
        for index in labels.indices where labels[index] >= 0 && wanted[Int(labels[index])] { result.pixels[index] = 1 }
        return result
    }

    private func labelled() -> (labels: [Int32], components: [Component]) {
        var labels = [Int32](repeating: -1, count: pixels.count)
        var components: [Component] = []
        var open: [Int] = []
        for start in pixels.indices where pixels[start] != 0 && labels[start] < 0 {
            let label = Int32(components.count)
            var component = Component(left: width, top: height, right: 0, bottom: 0, area: 0)
            labels[start] = label
            open.append(start)
            while let index = open.popLast() {
                let (x, y) = (index % width, index / width)
                component.left = min(component.left, x)
                component.top = min(component.top, y)
                component.right = max(component.right, x + 1)
                component.bottom = max(component.bottom, y + 1)
                component.area += 1
                for row in max(y - 1, 0)...min(y + 1, height - 1) {
                    for column in max(x - 1, 0)...min(x + 1, width - 1) {
                        let next = row * width + column
                        guard pixels[next] != 0, labels[next] < 0 else { continue }
                        labels[next] = label
                        open.append(next)
                    }
                }
            }
            components.append(component)
        }
        return (labels, components)
    }

    /// Marks the frame's pixels under each yes.
    ///
    /// - Parameter factor: pixels of the frame a side of one of the bitmap's.
    public func paint(on mask: PluginMask, factor: Int) {
        for y in 0..<mask.height {
            let row = min(y / factor, height - 1) * width
            let marks = mask.row(y)
            for x in 0..<width where pixels[row + x] != 0 {
                let left = x * factor
                // What is left over at the right edge belongs to the last column.
                let right = x == width - 1 ? mask.width : min(left + factor, mask.width)
                if left < right { (marks + left).update(repeating: 255, count: right - left) }
            }
        }
    }
}
