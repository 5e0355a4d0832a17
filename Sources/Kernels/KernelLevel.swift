internal import CKernels
internal import Glibc

/// An instruction set that the hot kernels are compiled for; each includes those before it.
public enum KernelLevel: Int, CaseIterable, Comparable, Sendable {
    /// Scalar C, the kernels' definition.
    case plain
    /// Vectors of four floats, which every x86-64 and ARM64 has.
    case vector128
    case avx2
    case avx512
    /// AVX-512 with products of bfloat16.
    case avx512BF16

    /// The environment variable that hides levels from `best`: the highest one to use, by name.
    public static let environmentVariable = "INPAINTD_CPU_LEVEL"

    public var name: String {
        switch self {
        case .plain: "plain"
        case .vector128: "vector128"
        case .avx2: "avx2"
        case .avx512: "avx512"
        case .avx512BF16: "avx512bf16"
        }
    }

    /// The levels that this CPU has, the lowest first.
    public static let available = allCases.filter { $0.rawValue <= Int(inpaintd_cpu_level().rawValue) }

    /// The highest level that this CPU has and that the environment does not hide.
    public static let best: KernelLevel = {
        let highest = allCases.first { $0.name == nameInEnvironment }
        return available.last { $0 <= highest ?? .avx512BF16 } ?? .plain
    }()

    /// What the environment names that is no level, and so hides nothing; nil where all is well.
    public static var strayNameInEnvironment: String? {
        nameInEnvironment.flatMap { name in allCases.contains { $0.name == name } ? nil : name }
    }

    private static var nameInEnvironment: String? {
        getenv(environmentVariable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    public static func < (a: KernelLevel, b: KernelLevel) -> Bool { a.rawValue < b.rawValue }

    var kernels: inpaintd_kernels {
        inpaintd_kernels_at(inpaintd_level(rawValue: UInt32(rawValue))).pointee
    }
}
