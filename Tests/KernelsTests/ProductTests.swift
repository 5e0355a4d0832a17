import Kernels
import Testing

/// The packed products of every level against sums in double precision.
@Suite struct ProductTests {
    /// One product with everything that may follow it.
    struct Case: CustomTestStringConvertible, Sendable {
        var rows: Int
        var depth: Int
        var columns: Int
        /// Values between the rows of a, c and the residual.
        var gap = 0
        var slope: Float = 1
        var bias = false
        var residual = Residual.none

        enum Residual { case none, other, itself }

        var testDescription: String {
            "\(rows)×\(depth)×\(columns) gap \(gap) slope \(slope) bias \(bias) residual \(residual)"
        }
    }

    static let cases: [Case] =
        (1...25).map { Case(rows: $0, depth: 18, columns: 48, gap: $0 % 3) }
        + [0, 2, 4, 30, 254, 256, 258, 512, 600].map { Case(rows: 13, depth: $0, columns: 80, slope: 0.2, bias: true) }
        + [16, 32, 48, 64, 96, 112].map {
            Case(rows: 7, depth: 20, columns: $0, gap: 5, slope: 0.2, bias: true, residual: .other)
        }
        + [
            Case(rows: 205, depth: 266, columns: 48, gap: 2, slope: 0.2, bias: true, residual: .other),
            Case(rows: 397, depth: 6, columns: 80, residual: .itself), Case(rows: 0, depth: 4, columns: 32),
            Case(rows: 4, depth: 4, columns: 0),
            Case(rows: 26, depth: 300, columns: 48, gap: 3, slope: 0.2, residual: .itself),
            Case(rows: 26, depth: 530, columns: 32, gap: 16, bias: true, residual: .itself),
            Case(rows: 5, depth: 0, columns: 16, bias: true, residual: .itself),
            Case(rows: 5, depth: 0, columns: 16, gap: 1, slope: 0.2, bias: true, residual: .other),
        ]
    /// Depths that bfloat16, which goes in pairs, does not have.
    static let oddCases = [1, 3, 27, 255, 257, 511, 599].map {
        Case(rows: 14, depth: $0, columns: 48, gap: 2, bias: true)
    }

    @Test("products of floats are sums of products", arguments: KernelLevel.available, cases + oddCases)
    func floats(level: KernelLevel, product: Case) throws {
        try check(product, .fp32, level: level)
    }

    @Test("products of bfloat16 are sums of rounded products", arguments: KernelLevel.available, cases)
    func halves(level: KernelLevel, product: Case) throws {
        try check(product, .bf16, level: level)
    }

    @Test("a column that was not given is zero", arguments: KernelLevel.available, [Precision.fp32, .bf16])
    func surplus(level: KernelLevel, precision: Precision) throws {
        let b = PackedMatrix(columns: numbers(5 * 8), count: 5, depth: 8, precision: precision)
        #expect(b.columns == 16)
        let a = numbers(3 * 8)
        let c = GuardedBuffer(count: 3 * 16)
        multiply(a, stride: 8, b, into: c, stride: 16, rows: 3, level: level)
        for row in 0..<3 { #expect(c.array[row * 16 + 5..<(row + 1) * 16].allSatisfy { $0 == 0 }) }
    }

    @Test("the peak is a rate", arguments: KernelLevel.available)
    func peak(level: KernelLevel) {
        for precision in [Precision.fp32, .bf16] {
            let rate = FMAPeak.measure(precision, level: level)
            #expect(rate > 1e7 && rate < 1e14)
        }
    }

    private func check(_ product: Case, _ precision: Precision, level: KernelLevel) throws {
        let (rows, depth, columns) = (product.rows, product.depth, product.columns)
        let strideA = depth + product.gap
        let strideC = columns + product.gap
        let a = numbers(max(rows, 1) * max(strideA, 1), seed: 1)
        let weights = numbers(depth * columns, seed: 2)
        let bias = numbers(columns, seed: 3)
        let residual = numbers(rows * strideC, seed: 4)
        let packed = PackedMatrix(columns: weights, count: columns, depth: depth, precision: precision)
        try #require(packed.columns == columns)
        let c = product.residual == .itself ? GuardedBuffer(residual) : GuardedBuffer(count: rows * strideC)

        multiply(
            a, stride: strideA, packed, into: c, stride: strideC, rows: rows, bias: product.bias ? bias : nil,
            slope: product.slope, residual: product.residual == .other ? residual : nil,
            residualIsItself: product.residual == .itself, level: level)

        let narrows = precision == .bf16
        for row in 0..<rows {
            for column in 0..<strideC {
                let value = c.array[row * strideC + column]
                guard column < columns else {
                    let before = product.residual == .itself ? residual[row * strideC + column] : .nan
                    try #require(value == before || (value.isNaN && before.isNaN), "the gap after row \(row)")
                    continue
                }
                var sum = 0.0
                var size = 1.0
                for k in 0..<depth {
                    let left = narrows ? rounded(a[row * strideA + k]) : a[row * strideA + k]
                    let right = narrows ? rounded(weights[column * depth + k]) : weights[column * depth + k]
                    sum += Double(left) * Double(right)
                    size += abs(Double(left) * Double(right))
                }
                if product.bias { sum += Double(bias[column]) }
                if sum < 0 { sum *= Double(product.slope) }
                if product.residual != .none { sum += Double(residual[row * strideC + column]) }
                // Written so that NaN fails.
                try #require(
                    abs(Double(value) - sum) <= 1e-6 * size, "[\(row), \(column)]: \(value), want \(sum)")
            }
        }
        #expect(c.isIntact)
    }

    private func multiply(
        _ a: [Float], stride: Int, _ b: PackedMatrix, into c: GuardedBuffer<Float>, stride strideC: Int, rows: Int,
        bias: [Float]? = nil, slope: Float = 1, residual: [Float]? = nil, residualIsItself: Bool = false,
        level: KernelLevel
    ) {
        let scratch = GuardedBuffer(count: b.scratch(rows: rows))
        a.withUnsafeBufferPointer { a in
            (bias ?? []).withUnsafeBufferPointer { biases in
                (residual ?? []).withUnsafeBufferPointer { others in
                    guard let a = a.baseAddress, let target = c.values.baseAddress else { return }
                    let other = residual == nil ? nil : others.baseAddress
                    let added = residualIsItself ? UnsafePointer(target) : other
                    level.multiply(
                        MatrixView(a, rows: rows, columns: b.depth, stride: stride), b,
                        into: MutableMatrixView(target, rows: rows, columns: b.columns, stride: strideC),
                        bias: bias == nil ? nil : biases, slope: slope,
                        adding: added.map { MatrixView($0, rows: rows, columns: b.columns, stride: strideC) },
                        scratch: scratch.values)
                }
            }
        }
        #expect(scratch.isIntact)
    }

    /// The nearest bfloat16, ties to even.
    private func rounded(_ value: Float) -> Float {
        let bits = value.bitPattern
        return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
    }
}
