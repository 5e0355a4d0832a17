/// How a file stores one value of a tensor.
enum ScalarType: Hashable {
    case float16
    case bfloat16
    case float32
    case float64
    /// A type that holds no weights, such as a counter; its tensors are left out.
    case other(bytes: Int)

    var bytes: Int {
        switch self {
        case .float16, .bfloat16: 2
        case .float32: 4
        case .float64: 8
        case .other(let bytes): bytes
        }
    }

    /// The values of a view of the array that `bytes` is; whoever made the view has seen to it that it lies inside.
    func values(of view: StridedView, in bytes: UnsafeRawBufferPointer) -> [Float] {
        switch self {
        case .float16: gather(view, in: bytes) { (bits: UInt16) in Float(Float16(bitPattern: bits)) }
        case .bfloat16: gather(view, in: bytes) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
        case .float32: gather(view, in: bytes) { (bits: UInt32) in Float(bitPattern: bits) }
        case .float64: gather(view, in: bytes) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
        case .other: preconditionFailure("a tensor of another type is left out before its values are read")
        }
    }
}

@inline(__always)
private func gather<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ view: StridedView, in bytes: UnsafeRawBufferPointer, _ convert: (Bits) -> Float
) -> [Float] {
    // All empty arrays are one, into which the count would be written from several threads.
    if view.count == 0 { return [] }
    return Array(unsafeUninitializedCapacity: view.count) { values, count in
        view.forEachIndex { index in
            let bits = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
            values[count] = convert(Bits(littleEndian: bits))
            count += 1
        }
    }
}
