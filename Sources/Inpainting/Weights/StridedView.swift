/// Which elements of a flat array make up a tensor, in row-major order.
///
/// Units: elements, for the offset and the strides alike.
struct StridedView {
    let shape: [Int]
    let count: Int
    private let offset: Int
    private let strides: [Int]
    /// One past the greatest index; 0 for a view of nothing.
    let end: Int

    /// A view of any layout; nil where its numbers are negative, too many or too great to be of an array.
    init?(shape: [Int], strides: [Int], offset: Int) {
        guard shape.count == strides.count, offset >= 0, strides.allSatisfy({ $0 >= 0 }),
            let count = Self.count(of: shape)
        else { return nil }
        var last = offset
        for (side, stride) in zip(shape, strides) where count > 0 {
            let (reach, tooFar) = (side - 1).multipliedReportingOverflow(by: stride)
            let (sum, tooGreat) = last.addingReportingOverflow(reach)
            guard !tooFar, !tooGreat, sum < Int.max / 8 else { return nil }
            last = sum
        }
        self.shape = shape
        // The stride of a side of one is never walked, and may be any number.
        self.strides = zip(shape, strides).map { side, stride in side > 1 ? stride : 0 }
        self.offset = offset
        self.count = count
        end = count > 0 ? last + 1 : 0
    }

    /// The view of an array that is the tensor; nil where the shape is none.
    init?(shape: [Int]) {
        guard Self.count(of: shape) != nil else { return nil }
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1)
        }
        self.init(shape: shape, strides: strides, offset: 0)
    }

    /// The number of elements of a shape; nil where it is none.
    static func count(of shape: [Int]) -> Int? {
        guard shape.count <= 8, shape.allSatisfy({ $0 >= 0 }) else { return nil }
        var count = 1
        for side in shape where side > 0 {
            let (product, tooMany) = count.multipliedReportingOverflow(by: side)
            guard !tooMany, product < Int.max / 8 else { return nil }
            count = product
        }
        return shape.contains(0) ? 0 : count
    }

    @inline(__always)
    func forEachIndex(_ body: (Int) -> Void) {
        guard count > 0 else { return }
        let inner = shape.last ?? 1
        let innerStride = strides.last ?? 0
        var row = [Int](repeating: 0, count: max(shape.count - 1, 0))
        var start = offset
        for _ in 0..<count / inner {
            for column in 0..<inner { body(start + column * innerStride) }
            for axis in row.indices.reversed() {
                row[axis] += 1
                start += strides[axis]
                guard row[axis] == shape[axis] else { break }
                start -= shape[axis] * strides[axis]
                row[axis] = 0
            }
        }
    }
}
