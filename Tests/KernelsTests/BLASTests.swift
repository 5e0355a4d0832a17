import Foundation
import Kernels
import Testing

@Suite struct BLASTests {
    @Test(
        "products are what sums of products say",
        arguments: [(1, 1, 1), (3, 5, 7), (17, 33, 65), (64, 1, 9), (0, 4, 4), (4, 0, 4), (4, 4, 0)])
    func products(m: Int, n: Int, k: Int) {
        let a = numbers(m * (k + 3), seed: 1)
        let b = numbers(k * (n + 2), seed: 2)
        let c = GuardedBuffer([Float](repeating: 1, count: m * n))
        func expected(_ row: Int, _ column: Int, start: Float) -> Float {
            (0..<k).reduce(start) { $0 + a[row * (k + 3) + $1] * b[$1 * (n + 2) + column] }
        }
        for accumulate in [false, true] {
            let start = c.array
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.values.baseAddress else { return }
                    BLAS.multiply(
                        MatrixView(a, rows: m, columns: k, stride: k + 3),
                        MatrixView(b, rows: k, columns: n, stride: n + 2),
                        into: MutableMatrixView(c, rows: m, columns: n), accumulate: accumulate)
                }
            }
            for index in 0..<m * n {
                let want = expected(index / n, index % n, start: accumulate ? start[index] : 0)
                #expect(abs(c.array[index] - want) < 1e-4)
            }
        }
        #expect(c.isIntact)
    }

    @Test("a transposed product is the product with the other's rows")
    func transposed() {
        let (m, n, k) = (5, 7, 9)
        let a = numbers(m * k, seed: 3)
        let b = numbers(n * k, seed: 4)
        let c = GuardedBuffer(count: m * n)
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                guard let a = a.baseAddress, let b = b.baseAddress, let c = c.values.baseAddress else { return }
                BLAS.multiply(
                    MatrixView(a, rows: m, columns: k), transposing: MatrixView(b, rows: n, columns: k),
                    into: MutableMatrixView(c, rows: m, columns: n))
            }
        }
        for row in 0..<m {
            for column in 0..<n {
                let want = (0..<k).reduce(Float(0)) { $0 + a[row * k + $1] * b[column * k + $1] }
                #expect(abs(c.array[row * n + column] - want) < 1e-5)
            }
        }
        #expect(c.isIntact)
    }

    @Test("the CPU's kernels are used whatever OPENBLAS_CORETYPE says")
    func coreType() async {
        // A process of its own, because OpenBLAS reads the variable when it is loaded, and once.
        let before = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
        setenv("INPAINTD_TEST_CORE", BLAS.coreName, 1)
        setenv("OPENBLAS_CORETYPE", "Nehalem", 1)
        await #expect(processExitsWith: .success) {
            let environment = ProcessInfo.processInfo.environment
            guard environment["OPENBLAS_CORETYPE"] == "Nehalem",
                BLAS.coreName == environment["INPAINTD_TEST_CORE"]
            else { exit(1) }
        }
        unsetenv("INPAINTD_TEST_CORE")
        if let before { setenv("OPENBLAS_CORETYPE", before, 1) } else { unsetenv("OPENBLAS_CORETYPE") }
    }
}
