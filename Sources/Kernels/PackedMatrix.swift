internal import CKernels
internal import Glibc

/// The right side of a product in the order in which the kernels read it: weights, packed once when a layer is made.
///
/// Shapes: [depth, columns], the columns rounded up to a multiple of 16 with zeros.
public final class PackedMatrix: @unchecked Sendable {  // Sendable because nothing writes `base` after init.
    /// Columns are computed in groups of so many.
    public static let columnGroup = Int(inpaintd_column_group)

    public let depth: Int
    /// A multiple of `columnGroup`.
    public let columns: Int
    let base: UnsafeMutablePointer<Float>

    /// Packs the matrix whose columns lie one after the other in `values`, as a convolution's weights do.
    ///
    /// Shapes: values [columns, depth].
    public init(columns values: [Float], depth: Int) {
        precondition(depth >= 0 && values.count.isMultiple(of: max(depth, 1)), "columns have one depth")
        let given = depth > 0 ? values.count / depth : 0
        self.depth = depth
        columns = Self.roundedUp(given)
        base = Self.allocate(inpaintd_packed_count(depth, given))
        values.withUnsafeBufferPointer {
            if let source = $0.baseAddress { inpaintd_pack(source, 1, depth, depth, given, base) }
        }
    }

    deinit { base.deallocate() }

    /// The number of columns that a product computes where `columns` are asked for.
    public static func roundedUp(_ columns: Int) -> Int {
        (columns + columnGroup - 1) / columnGroup * columnGroup
    }

    /// Memory on cache lines, and on huge pages where it is large.
    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        let bytes = max(count * MemoryLayout<Float>.stride, 64)
        let large = bytes >= 2 << 20
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: large ? 2 << 20 : 64)
        if large { madvise(memory, bytes, MADV_HUGEPAGE) }
        return memory.bindMemory(to: Float.self, capacity: count)
    }
}
