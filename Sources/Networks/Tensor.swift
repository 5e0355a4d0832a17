/// An array of 32-bit floats, row-major, in memory of its own.
///
/// Shape letters, here and in every layer: `B` batch, `T` frames, `C` channels, `H W` height and width of a map,
/// `D` values of a token, `N` tokens. A map tensor is [T, H, W, C], its channels as `storedChannels` has them.
///
/// Ownership: a tensor is shared, not copied, when it is passed on. Whoever makes it writes it, and nobody writes it
/// after that.
public final class Tensor {
    public let shape: [Int]
    private let storage: TensorStorage
    /// Where the values begin in the storage, which a part shares with its whole.
    private let offset: Int

    /// A tensor whose values are whatever its memory held; from `pool` where one is given, and back to it at the end.
    public init(uninitialized shape: [Int], from pool: TensorPool? = nil) {
        precondition(shape.allSatisfy { $0 >= 0 }, "a shape has no negative side")
        self.shape = shape
        let count = shape.reduce(1, *)
        storage = pool?.take(count: count) ?? TensorStorage(capacity: count, pool: nil)
        offset = 0
    }

    private init(_ shape: [Int], in storage: TensorStorage, from offset: Int) {
        self.shape = shape
        self.storage = storage
        self.offset = offset
    }

    public convenience init(shape: [Int], values: [Float]) {
        self.init(uninitialized: shape)
        precondition(values.count == count, "a tensor holds as many values as its shape says")
        _ = mutableValues.update(fromContentsOf: values)
    }

    public var count: Int { shape.reduce(1, *) }

    /// The channels that a map of `channels` has in memory: a multiple of 16, the surplus zero, for the kernels' sake.
    ///
    /// Pictures, the maps of three channels, stay packed.
    public static func storedChannels(_ channels: Int) -> Int {
        channels == 3 ? 3 : (channels + 15) / 16 * 16
    }

    /// The values in order.
    ///
    /// Ownership: valid while the tensor is alive, so only where a parameter, a capture or a later use keeps it.
    public var values: UnsafeBufferPointer<Float> { UnsafeBufferPointer(mutableValues) }

    /// The values, for whoever makes the tensor.
    public var mutableValues: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: storage.base + offset, count: count)
    }

    /// The values' own copy.
    public var array: [Float] { withExtendedLifetime(self) { Array(values) } }

    /// The part of the values under index `index` of the first side, such as one frame of [T, H, W, C].
    public subscript(index: Int) -> UnsafeBufferPointer<Float> { UnsafeBufferPointer(mutablePart(index)) }

    /// The same part, for whoever makes the tensor.
    public func mutablePart(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
        precondition(index >= 0 && index < shape[0], "a part lies in its tensor")
        let size = count / shape[0]
        return UnsafeMutableBufferPointer(rebasing: mutableValues[index * size..<(index + 1) * size])
    }

    /// Copies `other` to part `index`.
    public func setPart(_ index: Int, to other: Tensor) {
        let part = mutablePart(index)
        precondition(part.count == other.count, "a part has its tensor's size")
        withExtendedLifetime(other) { _ = part.update(fromContentsOf: other.values) }
    }

    /// Part `index` as a tensor whose first side is 1.
    ///
    /// Ownership: shares this tensor's memory, and keeps it alive.
    public func part(_ index: Int) -> Tensor {
        precondition(index >= 0 && index < shape[0], "a part lies in its tensor")
        return Tensor([1] + shape.dropFirst(), in: storage, from: offset + index * (count / shape[0]))
    }

    /// A box of every map; the tensor itself where that is all of it.
    ///
    /// Shapes: [T, H, W, C] → [T, box.height, box.width, C].
    public func cropped(to box: MapBox, from pool: TensorPool? = nil) -> Tensor {
        precondition(
            shape.count == 4 && MapBox(height: shape[1], width: shape[2]).contains(box), "a box lies in its map")
        guard box.height < shape[1] || box.width < shape[2] else { return self }
        let crop = Tensor(uninitialized: [shape[0], box.height, box.width, shape[3]], from: pool)
        let run = box.width * shape[3]
        for frame in 0..<shape[0] {
            for row in 0..<box.height {
                let place = ((box.rows.lowerBound + row) * shape[2] + box.columns.lowerBound) * shape[3]
                _ = UnsafeMutableBufferPointer(rebasing: crop.mutablePart(frame)[row * run..<(row + 1) * run])
                    .update(fromContentsOf: UnsafeBufferPointer(rebasing: self[frame][place..<place + run]))
            }
        }
        return crop
    }
}
