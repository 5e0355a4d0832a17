internal import COpenBLAS
internal import Glibc

/// The one door to OpenBLAS: single-threaded matrix products, to be called from as many threads as there are cores.
public enum BLAS {
    /// Settled before the first product: the kernels the CPU deserves, and one thread a call.
    ///
    /// `OPENBLAS_CORETYPE` may stand in the environment for some other program's or an older machine's sake, and the
    /// wrong name halves every product. OpenBLAS has read it when it was loaded, so it has to choose again. One thread
    /// a call, because its own pool scales worse than independent products and fights with ours.
    private static let prepared: Void = {
        if getenv("OPENBLAS_CORETYPE") != nil {
            unsetenv("OPENBLAS_CORETYPE")
            gotoblas_dynamic_quit()
            gotoblas_dynamic_init()
        }
        openblas_set_num_threads(1)
    }()

    /// The name of the CPU whose kernels are in use, such as `Cooperlake`; every benchmark prints it.
    public static var coreName: String {
        _ = prepared
        return String(cString: openblas_get_corename())
    }

    /// c = a · b, or c += a · b where `accumulate` is set.
    ///
    /// Shapes: a [m, k], b [k, n], c [m, n].
    public static func multiply(
        _ a: MatrixView, _ b: MatrixView, into c: MutableMatrixView, accumulate: Bool = false
    ) {
        precondition(
            a.columns == b.rows && a.rows == c.rows && b.columns == c.columns, "a product's sides fit one another")
        multiply(a, b, transposed: CblasNoTrans, into: c, accumulate: accumulate)
    }

    /// c = a · bᵀ.
    ///
    /// Shapes: a [m, k], b [n, k], c [m, n].
    public static func multiply(_ a: MatrixView, transposing b: MatrixView, into c: MutableMatrixView) {
        precondition(
            a.columns == b.columns && a.rows == c.rows && b.rows == c.columns, "a product's sides fit one another")
        multiply(a, b, transposed: CblasTrans, into: c, accumulate: false)
    }

    private static func multiply(
        _ a: MatrixView, _ b: MatrixView, transposed: CBLAS_TRANSPOSE, into c: MutableMatrixView, accumulate: Bool
    ) {
        _ = prepared
        guard c.rows > 0, c.columns > 0 else { return }
        // BLAS wants a leading dimension of at least 1 even of a matrix without columns.
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, transposed, Int32(c.rows), Int32(c.columns), Int32(a.columns), 1, a.base,
            Int32(max(a.stride, 1)), b.base, Int32(max(b.stride, 1)), accumulate ? 1 : 0, c.base,
            Int32(max(c.stride, 1)))
    }
}
