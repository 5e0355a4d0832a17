internal import CKernels

/// What follows a matrix product in one pass over its values: a bias, an activation, a residual.
public enum BiasKernels {
    /// values = leaky(values + bias), where leaky(x) is x for x > 0 and `slope` · x elsewhere.
    public static func leaky(_ values: UnsafeMutableBufferPointer<Float>, bias: Float, slope: Float) {
        guard let base = values.baseAddress else { return }
        inpaintd_bias_leaky(base, values.count, bias, slope)
    }

    /// values = residual + leaky(values + bias).
    public static func leaky(
        _ values: UnsafeMutableBufferPointer<Float>, bias: Float, slope: Float,
        adding residual: UnsafeBufferPointer<Float>
    ) {
        precondition(residual.count == values.count, "a residual has its values' shape")
        guard let base = values.baseAddress, let other = residual.baseAddress else { return }
        inpaintd_bias_leaky_add(base, other, values.count, bias, slope)
    }

    /// values = tanh(values + bias).
    public static func tanh(_ values: UnsafeMutableBufferPointer<Float>, bias: Float) {
        guard let base = values.baseAddress else { return }
        inpaintd_bias_tanh(base, values.count, bias)
    }
}
