package import Inpainting

/// What a region's fills come from: one picture in, its fill out, made from what was seen before.
///
/// `MemorySession` says what each member means; a test puts something in its place that takes a time of its choosing.
package protocol FillMemory: AnyObject {
    var attended: Int { get }
    var sceneCuts: Int { get }

    func fill(picture: UnsafeRawBufferPointer, hole: [UInt8], attending limit: MemorySession.Reach?) -> [UInt8]?
    func watch(picture: UnsafeRawBufferPointer, hole: [UInt8])
    func reset()
}

extension MemorySession: FillMemory {}

extension [UInt8] {
    /// Whether any pixel of a sampled hole is one.
    var hasHole: Bool { contains { $0 != 0 } }
}
