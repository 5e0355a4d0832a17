internal import Frames

/// Where a region may lie in a frame: the frame's size, the step of a crop's edges, the sizes a network takes.
struct RegionFitting: Sendable {
    let frame: Rectangle
    let alignment: (x: Int, y: Int)
    let ladder: RegionLadder

    /// The whole frame, at the network size nearest its shape.
    var whole: Region {
        Region(box: frame, size: ladder.size(nearestShapeOf: (frame.width, frame.height)))
    }

    /// A region of just this box, but for edges that would split a chroma sample.
    func region(exactly box: Rectangle) -> Region {
        let box = aligned(box)
        let sides = (width: box.width, height: box.height)
        return Region(box: box, size: ladder.size(keeping: sides, in: sides))
    }

    /// A region that holds `core` with `reach` more on every side, as far as the frame goes.
    ///
    /// It keeps the frame's pixels where a network size is large enough for that, is scaled down evenly where none is
    /// and up where the frame cannot fill one, and takes whatever else of the frame its size has room for.
    func region(round core: Rectangle, reach: (width: Int, height: Int)) -> Region {
        let wanted = aligned(
            Rectangle(
                x: core.x - reach.width, y: core.y - reach.height,
                width: core.width + 2 * reach.width, height: core.height + 2 * reach.height
            ).intersection(frame))
        let least = (width: wanted.width, height: wanted.height)
        let most = (width: frame.width, height: frame.height)
        let size = ladder.size(keeping: least, in: most)
        let scale = min(max(1, size.scale(filling: most)), size.scale(shrinking: least))
        let x = Self.span(
            holding: wanted.x..<wanted.right, length: Int((Double(size.width) / scale).rounded()),
            round: core.x + core.width / 2, side: frame.width, alignment: alignment.x)
        let y = Self.span(
            holding: wanted.y..<wanted.bottom, length: Int((Double(size.height) / scale).rounded()),
            round: core.y + core.height / 2, side: frame.height, alignment: alignment.y)
        return Region(box: Rectangle(x: x.lowerBound, y: y.lowerBound, width: x.count, height: y.count), size: size)
    }

    /// The smallest box round a box in the frame whose edges lie on the alignment or the frame's own edges.
    private func aligned(_ box: Rectangle) -> Rectangle {
        let left = box.x / alignment.x * alignment.x
        let top = box.y / alignment.y * alignment.y
        let right = (box.right + alignment.x - 1) / alignment.x * alignment.x
        let bottom = (box.bottom + alignment.y - 1) / alignment.y * alignment.y
        return Rectangle(x: left, y: top, width: right - left, height: bottom - top).intersection(frame)
    }

    /// A stretch of a side that starts and ends on the alignment or at the side's end, holds `wanted`, and is otherwise
    /// as long as asked and as centred as the side allows.
    private static func span(
        holding wanted: Range<Int>, length: Int, round centre: Int, side: Int, alignment: Int
    ) -> Range<Int> {
        let length = (max(length, wanted.count) + alignment - 1) / alignment * alignment
        guard length < side else { return 0..<side }
        let least = max(0, wanted.upperBound - length)
        let most = min(wanted.lowerBound, side - length)
        let start = min(max(centre - length / 2, least), most) / alignment * alignment
        // Aligning the start may have uncovered the last pixels of a side of odd length.
        return start..<max(start + length, wanted.upperBound)
    }
}
