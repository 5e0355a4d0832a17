import Frames
import InpaintElement
import Inpainting

/// A clock that a test sets, and that runs on only a little by itself.
final class TestClock {
    private(set) var now = Timestamp.zero

    /// Reads the clock; a twentieth of a millisecond passes with that.
    func read() -> Timestamp {
        pass(milliseconds: 0.05)
        return now
    }

    func pass(milliseconds: Double) {
        now = now.advanced(by: Timestamp(nanoseconds: UInt64(milliseconds * 1_000_000)))
    }

    /// Waits for a point in time, if it is still to come.
    func wait(until time: Timestamp) { now = max(now, time) }
}

/// A region's memory that fills with one colour, and takes as long as a test says.
final class SlowMemory: FillMemory {
    /// What every memory of a test shares.
    final class Load {
        /// Milliseconds that a pass takes for each thousand pixels of its picture.
        var cost: Double
        /// What was asked for: the size, and the reach where it was bounded.
        var passes: [(size: NetworkSize, reach: MemorySession.Reach?)] = []
        var resets = 0
        var made: [NetworkSize] = []

        init(cost: Double) { self.cost = cost }
    }

    private let size: NetworkSize
    private let load: Load
    private let clock: TestClock
    private var seen = 0
    let sceneCuts = 0

    init(_ size: NetworkSize, _ load: Load, _ clock: TestClock) {
        self.size = size
        self.load = load
        self.clock = clock
        load.made.append(size)
    }

    var attended: Int { min(seen, 3) + 1 }

    func fill(picture: UnsafeRawBufferPointer, hole: [UInt8], attending limit: MemorySession.Reach?) -> [UInt8]? {
        let frames = min(attended, limit.map { 1 + $0.neighbors + $0.references } ?? attended)
        seen += 1
        guard hole.contains(1) else { return nil }
        load.passes.append((size, limit))
        clock.pass(milliseconds: load.cost * Double(size.width * size.height) / 1000 * (0.94 + 0.01 * Double(frames)))
        return (0..<picture.count).map { hole[$0 / 3] != 0 ? 180 : picture[$0] }
    }

    func watch(picture: UnsafeRawBufferPointer, hole: [UInt8]) {}

    func reset() {
        seen = 0
        load.resets += 1
    }
}
