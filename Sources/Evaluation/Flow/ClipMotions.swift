internal import Dispatch
internal import Synchronization

/// The motions of a clip's true frames, each back to the one before, found when the first is asked for.
final class ClipMotions {
    private let frames: [RGBPicture]
    private let every: Int
    private lazy var motions = find()

    /// - Parameter every: every how many frames one is wanted.
    init(_ frames: [RGBPicture], every: Int) {
        self.frames = frames
        self.every = every
    }

    /// From a frame to the one before it; nil for the first.
    subscript(index: Int) -> KnownMotion? { motions[index] }

    private func find() -> [Int: KnownMotion] {
        let wanted = stride(from: 0, to: frames.count, by: every).filter { $0 > 0 }
        let found = Mutex<[Int: KnownMotion]>([:])
        let frames = frames
        DispatchQueue.concurrentPerform(iterations: wanted.count) { place in
            let index = wanted[place]
            let motion = KnownMotion(from: frames[index], to: frames[index - 1])
            found.withLock { $0[index] = motion }
        }
        return found.withLock { $0 }
    }
}
