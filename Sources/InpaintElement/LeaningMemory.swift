internal import ClassicalFill
internal import Inpainting

/// A memory whose fills lean on the pixels at the hole's sides.
final class LeaningMemory: FillMemory {
    private let memory: any FillMemory
    private let size: NetworkSize

    init(_ memory: any FillMemory, size: NetworkSize) {
        (self.memory, self.size) = (memory, size)
    }

    var attended: Int { memory.attended }
    var sceneCuts: Int { memory.sceneCuts }

    func fill(picture: UnsafeRawBufferPointer, hole: [UInt8], attending limit: MemorySession.Reach?) -> [UInt8]? {
        guard var fill = memory.fill(picture: picture, hole: hole, attending: limit) else { return nil }
        SideBlend.blend(&fill, over: Array(picture), hole: hole, width: size.width)
        return fill
    }

    func watch(picture: UnsafeRawBufferPointer, hole: [UInt8]) {
        memory.watch(picture: picture, hole: hole)
    }

    func reset() {
        memory.reset()
    }
}
