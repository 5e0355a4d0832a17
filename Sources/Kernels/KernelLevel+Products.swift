internal import CKernels

extension KernelLevel {
    /// c = leaky(a · b + bias) + residual, where leaky(x) is x for x > 0 and `slope` · x elsewhere.
    ///
    /// Where b is bfloat16, a becomes it too, in `scratch` of `b.scratch(rows:)` floats.
    ///
    /// Shapes: a [rows, depth], b [depth, columns], c and residual [rows, columns], bias [columns]. The residual may be
    /// c itself.
    public func multiply(
        _ a: MatrixView, _ b: PackedMatrix, into c: MutableMatrixView, bias: UnsafeBufferPointer<Float>? = nil,
        slope: Float = 1, adding residual: MatrixView? = nil, scratch: UnsafeMutableBufferPointer<Float>? = nil
    ) {
        precondition(
            a.columns == b.depth && a.rows == c.rows && b.columns == c.columns, "a product's sides fit one another")
        precondition(bias.map { $0.count == c.columns } ?? true, "a bias has a value a column")
        precondition(
            residual.map { $0.rows == c.rows && $0.columns == c.columns } ?? true, "a residual has the product's shape")
        precondition((scratch?.count ?? 0) >= b.scratch(rows: a.rows), "a product has room for what it narrows")
        switch b.precision {
        case .fp32:
            var product = inpaintd_product(
                a: a.base, a_stride: a.stride, b: b.base.assumingMemoryBound(to: Float.self), c: c.base,
                c_stride: c.stride, rows: c.rows, depth: b.depth, columns: c.columns, bias: bias?.baseAddress,
                residual: residual?.base, residual_stride: residual?.stride ?? 0, slope: slope)
            kernels.multiply(&product)
        case .bf16:
            let narrowed = scratch?.baseAddress.map(UnsafeMutableRawPointer.init)?
                .bindMemory(to: UInt16.self, capacity: a.rows * b.depth)
            if let narrowed { narrow(a, into: narrowed) }
            var product = inpaintd_bf16_product(
                a: narrowed, a_stride: b.depth, b: b.base.assumingMemoryBound(to: UInt16.self), c: c.base,
                c_stride: c.stride, rows: c.rows, depth: b.depth, columns: c.columns, bias: bias?.baseAddress,
                residual: residual?.base, residual_stride: residual?.stride ?? 0, slope: slope)
            kernels.multiply_bf16(&product)
        }
    }

    /// The nearest bfloat16 of each value, row after row.
    private func narrow(_ a: MatrixView, into narrowed: UnsafeMutablePointer<UInt16>) {
        if a.stride == a.columns {
            kernels.narrow(a.base, a.rows * a.columns, narrowed)
        } else {
            for row in 0..<a.rows {
                kernels.narrow(a.base + row * a.stride, a.columns, narrowed + row * a.columns)
            }
        }
    }
}
