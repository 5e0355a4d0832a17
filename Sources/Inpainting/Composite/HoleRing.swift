internal import Frames

/// The samples of one kind of component round a region's hole, at some distances from it, and those in it.
struct HoleRing {
    /// Samples of one row, in turn.
    struct Run {
        let row: Int
        let columns: Range<Int>
    }

    /// Outside the hole, in the region: the distances that were asked for.
    let outside: [[Run]]
    /// In the hole, in the region.
    let inside: [Run]
    /// How deep the samples of each part lie in the hole: 1 at its edge.
    let depths: [SampleDepths]

    /// - Parameters:
    ///   - parts: the hole's.
    ///   - region: in pixels; nothing outside of it counts.
    ///   - distances: in samples, a step going to one of the four neighbours. One list comes out for each.
    init(
        round parts: [AlphaMask], in region: Rectangle, _ shifts: SampleGrid.Shifts, distances: [ClosedRange<Int>]
    ) {
        let grids = parts.map { SampleGrid(of: $0, in: $0.bounds, shifts) }
        let whole = shifts.samples(of: region)
        let farthest = distances.map(\.upperBound).max() ?? 0
        var outside = [[Run]](repeating: [], count: distances.count)
        var inside: [Run] = []
        var depths: [SampleDepths] = []
        for grid in grids {
            let box = grid.bounds.expanded(by: farthest).intersection(whole)
            guard !box.isEmpty else { continue }
            let near = grids.filter { !$0.bounds.intersection(box).isEmpty }
            let steps = StepDistances(in: box) { column, row in near.contains { $0.covers(column, row) } }.values
            depths.append(SampleDepths(of: grid, in: whole))
            for row in box.y..<box.bottom {
                let line = steps[(row - box.y) * box.width..<(row - box.y + 1) * box.width]
                for (index, range) in distances.enumerated() {
                    Self.append(line, at: (box.x, row), to: &outside[index]) { range.contains(Int($0)) }
                }
                let own = grid.bounds.intersection(box)
                guard row >= own.y, row < own.bottom else { continue }
                let first = line.startIndex + own.x - box.x
                Self.append(line[first..<first + own.width], at: (own.x, row), to: &inside) { $0 == 0 }
            }
        }
        self.outside = outside
        self.inside = inside
        self.depths = depths
    }

    private static func append(
        _ line: ArraySlice<Int32>, at place: (column: Int, row: Int), to runs: inout [Run],
        where isWanted: (Int32) -> Bool
    ) {
        var start: Int?
        for index in line.indices {
            if isWanted(line[index]) {
                start = start ?? index
            } else if let first = start {
                runs.append(run(first..<index, of: line, at: place))
                start = nil
            }
        }
        if let first = start { runs.append(run(first..<line.endIndex, of: line, at: place)) }
    }

    private static func run(
        _ range: Range<Int>, of line: ArraySlice<Int32>, at place: (column: Int, row: Int)
    ) -> Run {
        let shift = place.column - line.startIndex
        return Run(row: place.row, columns: range.lowerBound + shift..<range.upperBound + shift)
    }
}
