internal import Frames

/// The boxes round a hole's separate parts.
///
/// Parts less than a cell apart count as one, and the cells grow until there are few: what is close together is
/// filled together, and noise cannot make the work grow.
struct HoleParts {
    private static let cellSide = 16
    private static let mostParts = 8

    let boxes: [Rectangle]

    init(of alpha: AlphaMask) {
        var cells = Cells(of: alpha, side: Self.cellSide)
        var boxes = cells.connectedBoxes()
        while boxes.count > Self.mostParts {
            cells = cells.halved()
            boxes = cells.connectedBoxes()
        }
        self.boxes = boxes
    }

    /// A raster over the hole's bounds; each cell holds the tight box of the hole's pixels in it.
    private struct Cells {
        let columns: Int
        let rows: Int
        var boxes: [Rectangle]

        init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
            boxes = [Rectangle](repeating: .empty, count: columns * rows)
        }

        init(of alpha: AlphaMask, side: Int) {
            let bounds = alpha.bounds
            self.init(columns: (bounds.width + side - 1) / side, rows: (bounds.height + side - 1) / side)
            alpha.values.withUnsafeBufferPointer { values in
                for y in 0..<bounds.height {
                    for column in 0..<columns {
                        let first = y * bounds.width + column * side
                        let end = min(first + side, (y + 1) * bounds.width)
                        let run = values[first..<end]
                        guard let left = run.firstIndex(where: { $0 != 0 }),
                            let right = run.lastIndex(where: { $0 != 0 })
                        else { continue }
                        let pixels = Rectangle(
                            x: bounds.x + left - y * bounds.width, y: bounds.y + y, width: right - left + 1, height: 1)
                        let cell = y / side * columns + column
                        boxes[cell] = boxes[cell].union(pixels)
                    }
                }
            }
        }

        /// The raster with cells of twice the side.
        func halved() -> Cells {
            var coarse = Cells(columns: (columns + 1) / 2, rows: (rows + 1) / 2)
            for row in 0..<rows {
                for column in 0..<columns {
                    let cell = row / 2 * coarse.columns + column / 2
                    coarse.boxes[cell] = coarse.boxes[cell].union(boxes[row * columns + column])
                }
            }
            return coarse
        }

        /// One box round each group of cells that touch, corners included.
        func connectedBoxes() -> [Rectangle] {
            var seen = boxes.map(\.isEmpty)
            var groups: [Rectangle] = []
            for start in boxes.indices where !seen[start] {
                var group = Rectangle.empty
                var open = [start]
                seen[start] = true
                while let cell = open.popLast() {
                    group = group.union(boxes[cell])
                    let (row, column) = (cell / columns, cell % columns)
                    for y in max(0, row - 1)...min(rows - 1, row + 1) {
                        for x in max(0, column - 1)...min(columns - 1, column + 1) where !seen[y * columns + x] {
                            seen[y * columns + x] = true
                            open.append(y * columns + x)
                        }
                    }
                }
                groups.append(group)
            }
            return groups
        }
    }
}
