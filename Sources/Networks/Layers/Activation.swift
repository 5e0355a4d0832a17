internal import Kernels

/// What is done to a layer's values after its bias.
public enum Activation: Hashable, Sendable {
    case none
    /// x for x > 0, `slope` · x elsewhere.
    case leaky(slope: Float)
    case tanh

    /// What a product's own epilogue does of it: the slope of its leaky step, 1 for none.
    var slope: Float {
        if case .leaky(let slope) = self { slope } else { 1 }
    }

    /// values = activation(values + bias), plus `residual` where there is one.
    func apply(
        to values: UnsafeMutableBufferPointer<Float>, bias: Float, adding residual: UnsafeBufferPointer<Float>? = nil
    ) {
        let slope: Float
        switch self {
        case .none: slope = 1
        case .leaky(let leak): slope = leak
        case .tanh:
            precondition(residual == nil, "no layer adds a residual to a tanh")
            return BiasKernels.tanh(values, bias: bias)
        }
        if let residual {
            BiasKernels.leaky(values, bias: bias, slope: slope, adding: residual)
        } else {
            BiasKernels.leaky(values, bias: bias, slope: slope)
        }
    }
}
