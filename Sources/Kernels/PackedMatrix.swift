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
    public let precision: Precision
    let base: UnsafeMutableRawPointer

    /// Packs the matrix whose `count` columns lie one after the other in `values`, as a convolution's weights do.
    ///
    /// Shapes: values [count, depth]; the depth is even in bfloat16.
    public init(columns values: [Float], count given: Int, depth: Int, precision: Precision = .fp32) {
        precondition(given >= 0 && depth >= 0 && values.count == given * depth, "a matrix has as many values as places")
        precondition(precision == .fp32 || depth.isMultiple(of: 2), "bfloat16 goes in pairs")
        self.depth = depth
        self.precision = precision
        columns = Self.roundedUp(given)
        let count = inpaintd_packed_count(depth, given)
        switch precision {
        case .fp32:
            base = Self.allocate(count * MemoryLayout<Float>.stride)
            let packed = base.bindMemory(to: Float.self, capacity: count)
            values.withUnsafeBufferPointer {
                if let source = $0.baseAddress { inpaintd_pack(source, 1, depth, depth, given, packed) }
            }
        case .bf16:
            base = Self.allocate(count * MemoryLayout<UInt16>.stride)
            let packed = base.bindMemory(to: UInt16.self, capacity: count)
            values.withUnsafeBufferPointer {
                if let source = $0.baseAddress { inpaintd_pack_bf16(source, 1, depth, depth, given, packed) }
            }
        }
    }

    deinit { base.deallocate() }

    /// The number of columns that a product computes where `columns` are asked for.
    public static func roundedUp(_ columns: Int) -> Int {
        (columns + columnGroup - 1) / columnGroup * columnGroup
    }

    /// Floats of scratch that a product of so many rows needs.
    public func scratch(rows: Int) -> Int {
        precision == .bf16 ? (rows * depth + 1) / 2 : 0
    }

    /// Memory on cache lines, and on huge pages where it is large.
    static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        let hugePage = 2 << 20
        let large = bytes >= hugePage
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: large ? hugePage : 64)
        // The rest behind the last whole one would take a huge page of its own.
        if large { madvise(memory, bytes / hugePage * hugePage, MADV_HUGEPAGE) }
        return memory
    }
}
