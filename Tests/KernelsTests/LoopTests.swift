import Foundation
import Kernels
import Testing

/// Sizes around the vector widths, and none.
private let sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100]

/// The kernels that run over one row of values.
@Suite struct LoopTests {
    @Test("tanh is tanh, and keeps to its values", arguments: KernelLevel.available, sizes)
    func tanh(level: KernelLevel, count: Int) {
        let values = numbers(count).map { $0 * 12 }
        let buffer = GuardedBuffer(values)
        level.tanh(buffer.values)
        for index in 0..<count {
            #expect(abs(Double(buffer.array[index]) - Foundation.tanh(Double(values[index]))) < 2e-7)
        }
        #expect(buffer.isIntact)
    }

    @Test("tanh of what is far from 0 is ±1", arguments: KernelLevel.available)
    func tanhEnds(level: KernelLevel) {
        let buffer = GuardedBuffer<Float>([-.infinity, -1e30, -50, 0, 50, 1e30, .infinity])
        level.tanh(buffer.values)
        #expect(buffer.array == [-1, -1, -1, 0, 1, 1, 1])
    }

    @Test("pictures to values and back", arguments: sizes)
    func pictures(count: Int) {
        let rgb = (0..<3 * count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let hole = (0..<count).map { UInt8($0 % 4 == 1 ? 1 : 0) }
        let values = GuardedBuffer(count: 3 * count)
        rgb.withUnsafeBufferPointer { rgb in
            hole.withUnsafeBufferPointer { PictureKernels.read(rgb, hole: $0, into: values.values) }
        }
        let levels = GuardedBuffer(count: 3 * count)
        PictureKernels.blend(UnsafeBufferPointer(values.values), into: levels.values, first: true)
        let bytes = GuardedBuffer<UInt8>(count: 3 * count, guardValue: 0xA5, filledWith: 0)
        PictureKernels.cut(UnsafeBufferPointer(levels.values), into: bytes.values)
        for index in 0..<3 * count {
            let isHole = hole[index / 3] == 1
            #expect(values.array[index] == (isHole ? 0 : Float(rgb[index]) / 255 * 2 - 1))
            // The cut takes the fraction that the way there and back leaves, never more than one level.
            let level = isHole ? 127 : Int(rgb[index])
            #expect((level - 1...level).contains(Int(bytes.array[index])))
        }
        #expect(values.isIntact && levels.isIntact && bytes.isIntact)
    }

    @Test("planes are packed where the mask shows them, and taken apart again", arguments: sizes)
    func planes(count: Int) {
        let planes = numbers(3 * count)
        let mask = (0..<count).map { Float($0 % 2) }
        let values = GuardedBuffer(count: 3 * count)
        planes.withUnsafeBufferPointer { planes in
            mask.withUnsafeBufferPointer { PictureKernels.interleave(planes, hiding: $0, into: values.values) }
        }
        let apart = GuardedBuffer(count: 3 * count)
        PictureKernels.separate(UnsafeBufferPointer(values.values), into: apart.values)
        for index in 0..<3 * count {
            let (channel, pixel) = index.quotientAndRemainder(dividingBy: max(count, 1))
            let want = planes[index] * (1 - mask[pixel])
            #expect(values.array[3 * pixel + channel] == want && apart.array[index] == want)
        }
        #expect(values.isIntact && apart.isIntact)
    }
}
