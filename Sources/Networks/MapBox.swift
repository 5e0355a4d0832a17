/// A box of places of a map.
public struct MapBox: Hashable, Sendable {
    public let rows: Range<Int>
    public let columns: Range<Int>

    public init(rows: Range<Int>, columns: Range<Int>) {
        self.rows = rows
        self.columns = columns
    }

    /// A whole map.
    public init(height: Int, width: Int) {
        self.init(rows: 0..<height, columns: 0..<width)
    }

    public var height: Int { rows.count }
    public var width: Int { columns.count }
    public var isEmpty: Bool { rows.isEmpty || columns.isEmpty }

    /// The box with `places` more on every side, as far as `whole` has them.
    public func expanded(by places: Int, in whole: MapBox) -> MapBox {
        func side(_ range: Range<Int>, in whole: Range<Int>) -> Range<Int> {
            (range.lowerBound - places..<range.upperBound + places).clamped(to: whole)
        }
        return MapBox(rows: side(rows, in: whole.rows), columns: side(columns, in: whole.columns))
    }

    public func contains(_ other: MapBox) -> Bool {
        other.isEmpty || (rows.contains(other.rows) && columns.contains(other.columns))
    }

    /// This box, counted from the first place of another.
    public func relative(to other: MapBox) -> MapBox {
        let (top, left) = (other.rows.lowerBound, other.columns.lowerBound)
        return MapBox(
            rows: rows.lowerBound - top..<rows.upperBound - top,
            columns: columns.lowerBound - left..<columns.upperBound - left)
    }
}
