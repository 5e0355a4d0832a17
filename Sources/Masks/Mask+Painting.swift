public import Frames

extension Mask {
    /// The white of a picture (50 % or more), scaled to the given size by its nearest pixels.
    public init(whiteOf picture: GrayImage, width: Int, height: Int) {
        guard picture.width > 0, picture.height > 0 else {
            self.init(width: width, height: height)
            return
        }
        // Pixel centres are matched, so a picture of the frame's own size maps one to one.
        let columns = (0..<width).map { (2 * $0 + 1) * picture.width / (2 * width) }
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height) { pixels, count in
            picture.pixels.withUnsafeBufferPointer { source in
                for y in 0..<height {
                    let row = (2 * y + 1) * picture.height / (2 * height) * picture.width
                    for x in 0..<width {
                        pixels[y * width + x] = source[row + columns[x]] >> 7
                    }
                }
            }
            count = width * height
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// A mask whose hole is these boxes, as far as they lie inside it.
    init(filling boxes: [Rectangle], width: Int, height: Int) {
        var pixels = [UInt8](repeating: 0, count: width * height)
        let frame = Rectangle(x: 0, y: 0, width: width, height: height)
        for box in boxes.map(frame.intersection) {
            for y in box.y..<box.bottom {
                for x in box.x..<box.right { pixels[y * width + x] = 1 }
            }
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// The white of a frame's alpha; nil where its format has none.
    ///
    /// Throws: what mapping the frame throws.
    init?(opaqueIn frame: Frame) throws {
        let (width, height) = (frame.layout.width, frame.layout.height)
        guard let alpha = frame.layout.format.alpha else { return nil }
        let pixels = try frame.storage.read { planes in
            let plane = planes[alpha.plane]
            return [UInt8](unsafeUninitializedCapacity: width * height) { pixels, count in
                for y in 0..<height {
                    let row = UnsafeRawPointer(plane.base + y * plane.strideBytes + alpha.offsetBytes)
                    for x in 0..<width {
                        pixels[y * width + x] = row.load(fromByteOffset: x * alpha.stepBytes, as: UInt8.self) >> 7
                    }
                }
                count = width * height
            }
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    // MARK: Joining

    /// Whatever is a hole in either of two masks of one size.
    public func union(_ other: Mask) -> Mask {
        if other.isEmpty { return self }
        if isEmpty { return other }
        return changed(in: other.bounds, by: other) { $0 | $1 }
    }

    /// Whatever is a hole in this and not in the other one.
    func subtracting(_ other: Mask) -> Mask {
        let box = bounds.intersection(other.bounds)
        return box.isEmpty ? self : changed(in: box, by: other) { $0 & ~$1 }
    }

    /// Whatever is a hole in both.
    func intersection(_ other: Mask) -> Mask {
        let box = bounds.intersection(other.bounds)
        guard !box.isEmpty else { return Mask(width: width, height: height) }
        return subtracting(other.complement(in: bounds))
    }

    /// What is no hole of a box.
    private func complement(in box: Rectangle) -> Mask {
        Mask(filling: [box], width: width, height: height).subtracting(self)
    }

    private func changed(in box: Rectangle, by other: Mask, _ combine: (UInt8, UInt8) -> UInt8) -> Mask {
        precondition(width == other.width && height == other.height, "masks of one frame have one size")
        var pixels = self.pixels
        pixels.withUnsafeMutableBufferPointer { pixels in
            other.pixels.withUnsafeBufferPointer { others in
                for y in box.y..<box.bottom {
                    for index in y * width + box.x..<y * width + box.right {
                        pixels[index] = combine(pixels[index], others[index])
                    }
                }
            }
        }
        return Mask(width: width, height: height, pixels: pixels)
    }

    // MARK: Changing

    /// Wider by so many steps to a neighbour above, below or beside.
    func grown(by steps: Int) -> Mask {
        guard steps > 0, !isEmpty else { return self }
        let frame = Rectangle(x: 0, y: 0, width: width, height: height)
        let box = bounds.expanded(by: steps).intersection(frame)
        return withDistances(in: box, toHole: true) { $0 <= steps }
    }

    /// Narrower by so many steps. What lies beyond the frame counts as hole.
    func shrunk(by steps: Int) -> Mask {
        guard steps > 0, !isEmpty else { return self }
        let frame = Rectangle(x: 0, y: 0, width: width, height: height)
        return withDistances(in: bounds.expanded(by: 1).intersection(frame), toHole: false) { $0 > steps }
    }

    private func withDistances(in box: Rectangle, toHole: Bool, _ isHole: (Int32) -> Bool) -> Mask {
        let distances = pixels.withUnsafeBufferPointer { pixels in
            StepDistances(in: box) { x, y in (pixels[y * width + x] != 0) == toHole }.values
        }
        var changed = [UInt8](repeating: 0, count: width * height)
        for y in 0..<box.height {
            for x in 0..<box.width where isHole(distances[y * box.width + x]) {
                changed[(box.y + y) * width + box.x + x] = 1
            }
        }
        return Mask(width: width, height: height, pixels: changed)
    }
}
