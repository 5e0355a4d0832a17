internal import Frames
internal import Inpainting
internal import Propagation

/// A memory that is given what was really seen in the past, and fills only what is left of the hole. The whole of it is
/// steadied along the motion.
final class PropagatedMemory: FillMemory {
    private let memory: any FillMemory
    private let propagator: Propagator
    private let steadier: FillSteadier
    private var known: [UInt8] = []

    init(_ memory: any FillMemory, size: NetworkSize) {
        self.memory = memory
        propagator = Propagator(width: size.width, height: size.height)
        steadier = FillSteadier(width: size.width, height: size.height)
    }

    var attended: Int { memory.attended }
    var sceneCuts: Int { memory.sceneCuts }

    func fill(picture: UnsafeRawBufferPointer, hole: [UInt8], attending limit: MemorySession.Reach?) -> [UInt8]? {
        known = Array(picture)
        let left = propagator.propagate(into: &known, hole: hole)
        let cuts = memory.sceneCuts
        let fill = known.withUnsafeBytes { memory.fill(picture: $0, hole: left, attending: limit) }
        if memory.sceneCuts > cuts {
            propagator.reset()
            steadier.reset()
        }
        guard hole.hasHole else { return fill }
        var steadied = fill ?? known
        steadier.steady(&steadied, hole: hole, along: propagator.motion, where: propagator.trustsMotion)
        return steadied
    }

    func watch(picture: UnsafeRawBufferPointer, hole: [UInt8]) {
        memory.watch(picture: picture, hole: hole)
    }

    func reset() {
        memory.reset()
        propagator.reset()
        steadier.reset()
    }
}

extension [UInt8] {
    /// Whether any pixel of a sampled hole is one.
    fileprivate var hasHole: Bool { contains { $0 != 0 } }
}
