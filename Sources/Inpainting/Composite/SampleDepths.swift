internal import Frames

/// How deep each sample of a part of a hole lies in it, in steps to one of the four neighbours.
struct SampleDepths {
    /// In samples.
    let bounds: Rectangle
    /// Of each sample of `bounds`: 0 outside the hole, 1 at its edge, 255 at most.
    private let values: [UInt8]

    /// - Parameter whole: beyond it lies no picture, and so no edge.
    init(of grid: SampleGrid, in whole: Rectangle) {
        let box = grid.bounds.expanded(by: 1).intersection(whole)
        bounds = box
        values = StepDistances(in: box) { column, row in !grid.covers(column, row) }.values
            .map { UInt8(clamping: $0) }
    }

    /// Nil for a sample that is none of this part's.
    func depth(_ column: Int, _ row: Int) -> Int? {
        guard column >= bounds.x, column < bounds.right, row >= bounds.y, row < bounds.bottom else { return nil }
        let depth = values[(row - bounds.y) * bounds.width + column - bounds.x]
        return depth > 0 ? Int(depth) : nil
    }
}
