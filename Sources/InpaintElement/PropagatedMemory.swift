internal import Frames
package import Inpainting
internal import Propagation

/// A memory that is given what was really seen in the past, and fills only what is left of the hole. The whole of it is
/// steadied along the motion.
package final class PropagatedMemory: FillMemory {
    private let memory: any FillMemory
    private let propagator: Propagator
    private let steadier: FillSteadier
    private var known: [UInt8] = []

    package init(_ memory: any FillMemory, size: NetworkSize) {
        self.memory = memory
        propagator = Propagator(width: size.width, height: size.height)
        steadier = FillSteadier(width: size.width, height: size.height)
    }

    package var attended: Int { memory.attended }
    package var sceneCuts: Int { memory.sceneCuts }

    package func fill(picture: UnsafeRawBufferPointer, hole: [UInt8], attending limit: MemorySession.Reach?)
        -> [UInt8]?
    {
        known = Array(picture)
        let left = propagator.propagate(into: &known, hole: hole)
        let fill = noticingCuts {
            known.withUnsafeBytes { memory.fill(picture: $0, hole: left, attending: limit) }
        }
        guard hole.hasHole else {
            steadier.reset()
            return fill
        }
        var steadied = fill ?? known
        steadier.steady(&steadied, hole: hole, along: propagator.motion, where: propagator.trustsMotion)
        return steadied
    }

    package func watch(picture: UnsafeRawBufferPointer, hole: [UInt8]) {
        noticingCuts { memory.watch(picture: picture, hole: hole) }
    }

    package func reset() {
        memory.reset()
        propagator.reset()
        steadier.reset()
    }

    /// Lets the memory see a frame, and forgets the past where another scene begins with it.
    private func noticingCuts<Result>(_ see: () -> Result) -> Result {
        let cuts = memory.sceneCuts
        let result = see()
        if memory.sceneCuts > cuts {
            propagator.reset()
            steadier.reset()
        }
        return result
    }
}
