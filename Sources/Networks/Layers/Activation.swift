/// What is done to a layer's values after its bias.
public enum Activation: Hashable, Sendable {
    case none
    /// x for x > 0, `slope` · x elsewhere.
    case leaky(slope: Float)
    case tanh

    /// What a kernel's own epilogue does of it: the slope of its leaky step, 1 for none.
    var slope: Float {
        if case .leaky(let slope) = self { slope } else { 1 }
    }
}
