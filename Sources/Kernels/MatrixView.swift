/// A matrix in memory that somebody else owns: rows of `columns` values, `stride` values from row to row.
///
/// Ownership: borrows its memory, and is valid as long as that is.
public struct MatrixView {
    public let base: UnsafePointer<Float>
    public let rows: Int
    public let columns: Int
    public let stride: Int

    public init(_ base: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
        self.base = base
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
        precondition(rows >= 0 && columns >= 0 && self.stride >= columns, "a matrix's rows do not overlap")
    }
}

/// A matrix that can be written; otherwise a `MatrixView`.
public struct MutableMatrixView {
    public let base: UnsafeMutablePointer<Float>
    public let rows: Int
    public let columns: Int
    public let stride: Int

    public init(_ base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
        self.base = base
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
        precondition(rows >= 0 && columns >= 0 && self.stride >= columns, "a matrix's rows do not overlap")
    }
}
