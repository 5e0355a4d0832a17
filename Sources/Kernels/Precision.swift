/// What products are made of; sums are floats in any case.
public enum Precision: String, CaseIterable, Sendable {
    case fp32
    /// bfloat16, the upper half of a float. Where the CPU does not multiply it, it is widened first: it then saves
    /// memory, not time.
    case bf16
}
