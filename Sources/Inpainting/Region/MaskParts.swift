internal import Frames

/// The boxes round a mask's separate parts.
///
/// Parts less than a cell apart count as one, and the cells grow until there are few: what is close together is
/// filled together, and noise cannot make the work grow. The boxes may overlap.
struct MaskParts {
    private static let cellSide = 16
    private static let mostParts = 8

    let boxes: [Rectangle]

    init(of mask: Mask) {
        var cells = Cells(of: mask, side: Self.cellSide)
        var boxes = cells.connectedBoxes()
        while boxes.count > Self.mostParts {
            cells = cells.halved()
            boxes = cells.connectedBoxes()
        }
        self.boxes = boxes
    }

    /// A raster over the mask's bounds; each cell holds the tight box of the mask's pixels in it.
    private struct Cells {
        let columns: Int
        let rows: Int
        var boxes: [Rectangle]

        init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
            boxes = [Rectangle](repeating: .empty, count: columns * rows)
        }

        init(of mask: Mask, side: Int) {
            let bounds = mask.bounds
            self.init(columns: (bounds.width + side - 1) / side, rows: (bounds.height + side - 1) / side)
            mask.pixels.withUnsafeBufferPointer { pixels in
                for y in bounds.y..<bounds.bottom {
                    let row = y * mask.width
                    for column in 0..<columns {
                        let start = bounds.x + column * side
                        let run = pixels[row + start..<row + min(start + side, bounds.right)]
                        guard let left = run.firstIndex(where: { $0 != 0 }),
                            let right = run.lastIndex(where: { $0 != 0 })
                        else { continue }
                        let cell = (y - bounds.y) / side * columns + column
                        boxes[cell] = boxes[cell].union(
                            Rectangle(x: left - row, y: y, width: right - left + 1, height: 1))
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
