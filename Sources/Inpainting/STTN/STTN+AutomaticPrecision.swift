public import Kernels

extension STTN {
    /// What is taken where nobody asks for a precision: bfloat16 where the CPU multiplies it.
    ///
    /// Its fills were measured to lie 60 dB and more from those of fp32 on real clips (`Benchmarks/README.md`).
    public static var automaticPrecision: Precision { KernelLevel.best == .avx512BF16 ? .bf16 : .fp32 }
}
