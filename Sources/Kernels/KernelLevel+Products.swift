internal import CKernels

extension KernelLevel {
    /// c = leaky(a · b + bias) + residual, where leaky(x) is x for x > 0 and `slope` · x elsewhere.
    ///
    /// Shapes: a [rows, depth], b [depth, columns], c and residual [rows, columns], bias [columns]. The residual may be
    /// c itself.
    public func multiply(
        _ a: MatrixView, _ b: PackedMatrix, into c: MutableMatrixView, bias: UnsafeBufferPointer<Float>? = nil,
        slope: Float = 1, adding residual: MatrixView? = nil
    ) {
        precondition(
            a.columns == b.depth && a.rows == c.rows && b.columns == c.columns, "a product's sides fit one another")
        precondition(bias.map { $0.count == c.columns } ?? true, "a bias has a value a column")
        precondition(
            residual.map { $0.rows == c.rows && $0.columns == c.columns } ?? true, "a residual has the product's shape")
        var product = inpaintd_product(
            a: a.base, a_stride: a.stride, b: b.base, c: c.base, c_stride: c.stride, rows: c.rows, depth: b.depth,
            columns: c.columns, bias: bias?.baseAddress, residual: residual?.base,
            residual_stride: residual?.stride ?? 0, slope: slope)
        kernels.multiply(&product)
    }
}
