internal import Frames

/// The samples of a component that a hole covers, any pixel of a sample being enough.
struct SampleGrid {
    struct Shifts: Hashable {
        let x: Int
        let y: Int

        init(_ component: PixelFormat.Component) {
            (x, y) = (component.horizontalShift, component.verticalShift)
        }

        /// The samples that a box of pixels reaches.
        func samples(of box: Rectangle) -> Rectangle {
            guard !box.isEmpty else { return .empty }
            let (left, top) = (box.x >> x, box.y >> y)
            return Rectangle(
                x: left, y: top, width: ((box.right - 1) >> x) + 1 - left, height: ((box.bottom - 1) >> y) + 1 - top)
        }
    }

    let shifts: Shifts
    /// In samples.
    let bounds: Rectangle
    /// Of each sample of `bounds` the greatest alpha of the pixels it covers.
    let alphas: [UInt8]

    /// - Parameter visited: the pixels that count, inside the mask's bounds.
    init(of alpha: AlphaMask, in visited: Rectangle, _ shifts: Shifts) {
        self.shifts = shifts
        bounds = shifts.samples(of: visited)
        var alphas = [UInt8](repeating: 0, count: bounds.area)
        for y in visited.y..<visited.bottom {
            let line = ((y >> shifts.y) - bounds.y) * bounds.width
            let source = (y - alpha.bounds.y) * alpha.bounds.width - alpha.bounds.x
            for x in visited.x..<visited.right {
                let sample = line + (x >> shifts.x) - bounds.x
                alphas[sample] = max(alphas[sample], alpha.values[source + x])
            }
        }
        self.alphas = alphas
    }

    /// Whether a sample belongs to the hole, anywhere in the frame.
    func covers(_ column: Int, _ row: Int) -> Bool {
        guard column >= bounds.x, column < bounds.right, row >= bounds.y, row < bounds.bottom else { return false }
        return alphas[(row - bounds.y) * bounds.width + column - bounds.x] != 0
    }
}
