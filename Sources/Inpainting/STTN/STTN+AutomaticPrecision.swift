public import Kernels

extension STTN {
    /// What is taken where nobody asks for a precision: bfloat16 only where its fills stay within 45 dB of those of fp32
    /// on real clips.
    public static let automaticPrecision = Precision.fp32
}
