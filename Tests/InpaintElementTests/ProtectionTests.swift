import Frames
import InpaintElement
import Inpainting
import PictureFixtures
import Testing

/// With `on-late=protect` nothing of what is to be hidden leaves, whatever goes wrong.
@Suite struct ProtectionTests {
    private static let (width, height) = (160, 96)

    /// The share of the samples under a hole that left as they came. Noise stays itself by chance now and then.
    private func leaked(_ rig: StageRig, _ frame: Int, where isHole: (_ x: Int, _ y: Int) -> Bool) -> Double {
        let places = rig.received[frame].places(where: isHole)
        let (before, after) = (rig.originals[frame], rig.received[frame].bytes)
        return Double(places.count { before[$0] == after[$0] }) / Double(places.count)
    }

    private func rig(
        _ format: PixelFormat, mask: String? = nil, region: RegionChoice = .auto,
        memory: ((NetworkSize) -> any FillMemory)? = nil, budget: Int = 0, clock: @escaping () -> Timestamp = { .zero }
    ) throws -> StageRig {
        let rig = try StageRig(
            FrameLayout(format: format, width: Self.width, height: Self.height), mask: mask, grow: 2, feather: 9,
            region: region, session: .memory, isLive: true, budget: budget, memory: memory, clock: clock)
        rig.settings.latePolicy = .protect
        return rig
    }

    @Test("without a mask the whole frame is made unrecognisable, in every format", arguments: PixelFormat.allCases)
    func noMask(format: PixelFormat) throws {
        let rig = try rig(format)
        try rig.send()
        #expect(leaked(rig, 0) { _, _ in true } < 0.03)
        #expect(rig.counters[.framesProtected] == 1)
        #expect(rig.notices.contains { $0.contains("on-late=protect") })
    }

    @Test("a mask that is late hides the whole frame, and with another policy it does not")
    func lateMask() throws {
        let white = GrayImage(width: 1, height: 1, pixels: [0])
        let rig = try rig(.i420)
        for isLate in [false, true, false] { try rig.send(mask: white, isMaskLate: isLate) }
        #expect(leaked(rig, 1) { _, _ in true } < 0.03)
        #expect([0, 2].allSatisfy { rig.received[$0].bytes == rig.originals[$0] })
        rig.settings.latePolicy = .fill
        for policy in [InpaintSettings.MaskPolicy.last, .wait, .pass] {
            rig.settings.maskPolicy = policy
            try rig.send(mask: white, isMaskLate: true)
            #expect(rig.received.last?.bytes == rig.originals.last)
        }
        rig.settings.maskPolicy = .protect
        try rig.send(mask: white, isMaskLate: true)
        #expect(leaked(rig, 6) { _, _ in true } < 0.03)
    }

    @Test("passing lets the frame through as it is where the mask is late")
    func pass() throws {
        let rig = try rig(.rgb, mask: "rect:20,20,40,30")
        rig.settings.latePolicy = .fill
        rig.settings.maskPolicy = .pass
        try rig.send(isMaskLate: true)
        try rig.send(isMaskLate: false)
        #expect(rig.received[0].bytes == rig.originals[0] && rig.received[1].bytes != rig.originals[1])
    }

    @Test("what lies outside of the region is hidden too, and nothing shows through the feather")
    func beyondRegion() throws {
        let rig = try rig(.nv12, mask: "rect:60,20,90,40", region: try RegionChoice("0,0,96,96"))
        try rig.send()
        #expect(leaked(rig, 0) { x, y in x >= 60 && x < 150 && y >= 20 && y < 60 } < 0.03)
        // What the mask does not reach stays as it came.
        let outside = rig.received[0].places { x, y in x < 50 || y >= 70 }
        #expect(outside.allSatisfy { rig.received[0].bytes[$0] == rig.originals[0][$0] })
    }

    @Test(
        "what comes out says nothing of what is in the hole, however small the picture, however it is scaled",
        arguments: [PixelFormat.i420, .rgb, .p010],
        [(64, 48, "auto"), (64, 48, "full"), (150, 40, "full"), (320, 240, "auto")])
    func nothingMixedIn(format: PixelFormat, picture: (width: Int, height: Int, region: String)) throws {
        let layout = FrameLayout(format: format, width: picture.width, height: picture.height)
        let outputs = try (0..<3).map { hidden in
            let rig = try StageRig(
                layout, mask: "rect:20,16,12,10", grow: 0, feather: 0, region: try RegionChoice(picture.region),
                session: .memory)
            rig.settings.latePolicy = .protect
            for _ in 0..<4 {
                try rig.send { sent in
                    let places = sent.places { x, y in (20..<32).contains(x) && (16..<26).contains(y) }
                    sent.scramble(places, seed: hidden)
                }
            }
            return rig.received.map(\.bytes)
        }
        #expect(outputs[0] == outputs[1] && outputs[1] == outputs[2])
    }

    @Test("late masks, an overloaded network and holes that move: nothing leaks in two hundred frames")
    func everythingAtOnce() throws {
        var numbers = SeededNumbers(seed: 5)
        var now: UInt64 = 0
        let rig = try rig(
            .i420, memory: { GrayMemory(size: $0) { now += UInt64.random(in: 0...60_000_000, using: &numbers) } },
            budget: 30, clock: { Timestamp(nanoseconds: now) })
        for frame in 0..<200 {
            now += 40_000_000
            let (x, y) = (Int.random(in: 0...120, using: &numbers), Int.random(in: 0...60, using: &numbers))
            let isLate = Int.random(in: 0..<4, using: &numbers) == 0
            let box = (x..<x + 36, y..<y + 30)
            let picture = GrayImage(
                width: Self.width, height: Self.height,
                pixels: (0..<Self.width * Self.height).map {
                    box.0.contains($0 % Self.width) && box.1.contains($0 / Self.width) ? 255 : 0
                })
            try rig.send(mask: isLate ? nil : picture, isMaskLate: isLate, arrival: Timestamp(nanoseconds: now))
            let share = leaked(rig, frame) { x, y in isLate || (box.0.contains(x) && box.1.contains(y)) }
            #expect(share < 0.05, "frame \(frame), late \(isLate)")
        }
        let rungs = Set(rig.rungs.compactMap { $0 })
        #expect(rungs.contains(.interpolation) && rungs.count > 1, "\(rungs)")
        #expect(rig.counters[.framesProtected] > 20)
    }
}

/// Fills with gray, and takes a time of its own choosing.
private final class GrayMemory: FillMemory {
    private let size: NetworkSize
    private let work: () -> Void
    let attended = 1
    let sceneCuts = 0

    init(size: NetworkSize, work: @escaping () -> Void) {
        (self.size, self.work) = (size, work)
    }

    func fill(picture: UnsafeRawBufferPointer, hole: [UInt8], attending limit: MemorySession.Reach?) -> [UInt8]? {
        work()
        return hole.contains(1) ? [UInt8](repeating: 127, count: 3 * size.width * size.height) : nil
    }

    func watch(picture: UnsafeRawBufferPointer, hole: [UInt8]) {}
    func reset() {}
}
