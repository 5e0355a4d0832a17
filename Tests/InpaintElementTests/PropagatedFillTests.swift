import InpaintElement
import Inpainting
import PictureFixtures
import Testing

/// What carries real pixels, over fills that know nothing: gray.
@Suite struct PropagatedFillTests {
    private static let size = NetworkSize(width: Scene.width, height: Scene.height)
    private static let step = SIMD2<Double>(4, 0)
    private let scene = Scene()
    private let none = [UInt8](repeating: 0, count: Scene.width * Scene.height)

    /// The mean distance between a fill and what was in the hole.
    private func miss(_ fill: [UInt8]?, _ frame: Int) throws -> Double {
        let (fill, truth, hole) = (try #require(fill), scene.picture(frame, step: Self.step), scene.hole)
        let misses = fill.indices.filter { hole[$0 / 3] != 0 }.map { abs(Int(fill[$0]) - Int(truth[$0])) }
        return Double(misses.reduce(0, +)) / Double(misses.count)
    }

    private func send(_ frame: Int, hidden: Bool, _ receive: (UnsafeRawBufferPointer, [UInt8]) -> Void) {
        let hole = hidden ? scene.hole : none
        scene.picture(frame, step: Self.step, blob: hidden ? 0 : nil).withUnsafeBytes { receive($0, hole) }
    }

    @Test("a hole that comes back gets what was seen meanwhile, and nothing of its fills before")
    func blinkingMemory() throws {
        let memory = PropagatedMemory(GrayMemory(), size: Self.size)
        for frame in 0..<14 {
            let isHidden = !(8..<11).contains(frame)
            var fill: [UInt8]?
            send(frame, hidden: isHidden) { fill = memory.fill(picture: $0, hole: $1, attending: nil) }
            if !isHidden { #expect(fill == nil) }
            if frame == 0 { #expect(try miss(fill, frame) > 20) }
            if frame >= 11 { #expect(try miss(fill, frame) < 2, "frame \(frame)") }
        }
    }

    @Test("each fill of a window is of its own frame, also where the hole blinks", arguments: [0, 3])
    func blinkingWindow(delay: Int) throws {
        let window = PropagatedWindow(GrayWindow(delay: delay), size: Self.size)
        var received = 0
        func receiveAll() throws {
            while let fill = window.nextFill() {
                let isHidden = !(8..<11).contains(received)
                #expect((fill != nil) == isHidden)
                if received >= 11 { #expect(try miss(fill, received) < 2, "frame \(received)") }
                received += 1
            }
        }
        for frame in 0..<14 {
            send(frame, hidden: !(8..<11).contains(frame)) { window.send(picture: $0, hole: $1) }
            try receiveAll()
            #expect(received == max(0, frame + 1 - delay))
        }
        window.drain()
        try receiveAll()
        #expect(received == 14)
    }

    @Test("after a cut nothing of the scene before is carried")
    func cut() throws {
        let gray = GrayMemory()
        let memory = PropagatedMemory(gray, size: Self.size)
        for frame in 0..<4 {
            send(frame, hidden: false) { _ = memory.fill(picture: $0, hole: $1, attending: nil) }
        }
        gray.cuts = true
        send(4, hidden: false) { memory.watch(picture: $0, hole: $1) }
        gray.cuts = false
        var fill: [UInt8]?
        send(5, hidden: true) { fill = memory.fill(picture: $0, hole: $1, attending: nil) }
        let (filled, hole) = (try #require(fill), scene.hole)
        #expect(hole.indices.allSatisfy { hole[$0] == 0 || filled[3 * $0] == GrayMemory.gray })
    }
}

/// Fills with gray, and sees a cut where a test says so.
private final class GrayMemory: FillMemory {
    static let gray: UInt8 = 128
    var cuts = false
    private(set) var sceneCuts = 0
    let attended = 1

    func fill(picture: UnsafeRawBufferPointer, hole: [UInt8], attending limit: MemorySession.Reach?) -> [UInt8]? {
        watch(picture: picture, hole: hole)
        guard hole.contains(where: { $0 != 0 }) else { return nil }
        return (0..<picture.count).map { hole[$0 / 3] != 0 ? Self.gray : picture[$0] }
    }

    func watch(picture: UnsafeRawBufferPointer, hole: [UInt8]) {
        if cuts { sceneCuts += 1 }
    }

    func reset() {}
}

/// Fills with gray when as many frames have come after a frame as it waits for.
private final class GrayWindow: RegionWindow {
    private let memory = GrayMemory()
    private var delay: Int
    private var fills: [[UInt8]?] = []

    init(delay: Int) { self.delay = delay }

    func send(picture: UnsafeRawBufferPointer, hole: [UInt8]) {
        fills.append(memory.fill(picture: picture, hole: hole, attending: nil))
    }

    func nextFill() -> [UInt8]?? {
        guard fills.count > delay else { return nil }
        return .some(fills.removeFirst())
    }

    func drain() { delay = 0 }
}
