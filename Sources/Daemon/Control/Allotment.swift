internal import Synchronization

/// So many of a thing at a time.
final class Allotment: Sendable {
    /// One of them, until nobody holds it any more.
    final class Share: Sendable {
        private let owner: Allotment

        fileprivate init(of owner: Allotment) {
            self.owner = owner
        }

        deinit {
            owner.taken.withLock { $0 -= 1 }
        }
    }

    private let limit: Int
    private let taken = Mutex(0)

    init(of limit: Int) {
        self.limit = limit
    }

    /// Nil where all are taken.
    func take() -> Share? {
        let isFree = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        return isFree ? Share(of: self) : nil
    }
}
