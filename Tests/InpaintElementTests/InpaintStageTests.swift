import Foundation
import Frames
import InpaintElement
import Inpainting
import PictureFixtures
import Testing

@Suite struct InpaintStageTests {
    private static let layout = FrameLayout(format: .i420, width: 201, height: 119)

    /// A hole grown by city-block steps, as the stage grows it.
    private func grown(_ box: Rectangle, by grow: Int) -> (Int, Int) -> Bool {
        { x, y in
            let dx = max(box.x - x, x - (box.right - 1), 0)
            let dy = max(box.y - y, y - (box.bottom - 1), 0)
            return dx + dy <= grow
        }
    }

    private func picture(_ box: Rectangle, width: Int = 201, height: Int = 119) -> GrayImage {
        var pixels = [UInt8](repeating: 0, count: width * height)
        for y in box.y..<box.bottom {
            for x in box.x..<box.right { pixels[y * width + x] = 255 }
        }
        return GrayImage(width: width, height: height, pixels: pixels)
    }

    private func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> Rectangle {
        Rectangle(x: x, y: y, width: width, height: height)
    }

    @Test(
        "in every format all frames come back in order, changed nowhere but in the grown hole",
        arguments: PixelFormat.allCases)
    func everyFormat(format: PixelFormat) throws {
        let rig = try StageRig(
            FrameLayout(format: format, width: 641, height: 479), mask: "rect:301,201,31,17", grow: 3, feather: 2)
        for _ in 0..<5 { try rig.send(paddingBytes: 13) }
        try rig.drain()
        #expect(rig.received.map(ObjectIdentifier.init) == rig.sent.map(ObjectIdentifier.init))
        for index in rig.sent.indices {
            #expect(rig.isRepaired(index, hole: grown(box(301, 201, 31, 17), by: 3)), "frame \(index)")
        }
        #expect(rig.counters[.framesRepaired] == 5)
    }

    @Test(
        "a frame leaves exactly when its look-ahead has been sent, hole or none", arguments: [0, 1, 5],
        [nil, "rect:9,9,9,9"])
    func delay(lookahead: Int, mask: String?) throws {
        let rig = try StageRig(Self.layout, mask: mask, lookahead: lookahead)
        #expect(rig.stage.delay == lookahead)
        for count in 1...12 {
            try rig.send()
            #expect(rig.received.count == max(0, count - lookahead))
        }
        try rig.drain()
        #expect(rig.received.map(ObjectIdentifier.init) == rig.sent.map(ObjectIdentifier.init))
    }

    @Test("streams shorter than the window come out whole", arguments: [0, 1, 2, 3])
    func shortStreams(count: Int) throws {
        let rig = try StageRig(Self.layout, mask: "rect:50%,50%,10%,10%", lookahead: 5)
        for _ in 0..<count { try rig.send() }
        try rig.drain()
        #expect(rig.received.count == count)
        #expect(rig.counters[.framesRepaired] == UInt64(count))
    }

    @Test("a mask of zeros passes every bit through, and no frame is even mapped for writing")
    func zeros() throws {
        let rig = try StageRig(Self.layout, mask: "rect:0,0,0,0")
        for _ in 0..<4 { try rig.send(mask: GrayImage(width: 3, height: 2, pixels: [0, 127, 0, 9, 0, 0])) }
        try rig.drain()
        #expect(rig.sent.indices.allSatisfy(rig.isUntouched))
        #expect(rig.notices.isEmpty)
    }

    @Test("without any mask frames pass through, and that is said once")
    func noMask() throws {
        let rig = try StageRig(Self.layout)
        for _ in 0..<4 { try rig.send() }
        try rig.drain()
        #expect(rig.sent.indices.allSatisfy(rig.isUntouched))
        #expect(rig.notices.count == 1)
    }

    @Test("what stood in the hole has no part in what comes out", arguments: PixelFormat.allCases)
    func nothingLeaks(format: PixelFormat) throws {
        let hole = box(100, 40, 24, 18)
        let outputs = try (0..<2).map { run in
            let rig = try StageRig(
                FrameLayout(format: format, width: 241, height: 121), mask: "rect:100,40,24,18", grow: 4, feather: 3)
            for index in 0..<4 {
                try rig.send { picture in
                    picture.scramble(picture.places(where: grown(hole, by: 0)), seed: 100 * run + index)
                }
            }
            try rig.drain()
            return rig.received.map(\.bytes)
        }
        #expect(outputs[0] == outputs[1])
    }

    @Test("whatever holes come, each is filled entirely and nothing else changes", arguments: 1...6)
    func randomHoles(seed: Int) throws {
        let (width, height) = (300, 200)
        var numbers = SeededNumbers(seed: UInt64(seed))
        let frames = (0..<16).map { _ in
            (0..<Int.random(in: 0...3, using: &numbers)).map { _ in
                box(
                    Int.random(in: 0..<270, using: &numbers), Int.random(in: 0..<180, using: &numbers),
                    Int.random(in: 1...30, using: &numbers), Int.random(in: 1...20, using: &numbers))
            }
        }
        let outputs = try (0..<2).map { run in
            let rig = try StageRig(
                FrameLayout(format: .gray8, width: width, height: height), grow: 4, feather: 3, lookahead: seed % 4)
            for (index, boxes) in frames.enumerated() {
                var mask = GrayImage(
                    width: width, height: height, pixels: [UInt8](repeating: 0, count: width * height))
                for hole in boxes {
                    for y in hole.y..<hole.bottom {
                        for x in hole.x..<hole.right { mask.pixels[y * width + x] = 255 }
                    }
                }
                try rig.send(mask: mask) { picture in
                    picture.scramble(
                        picture.places { x, y in mask.pixels[y * width + x] != 0 }, seed: 1000 * run + index)
                }
            }
            try rig.drain()
            #expect(rig.received.map(ObjectIdentifier.init) == rig.sent.map(ObjectIdentifier.init))
            for (index, boxes) in frames.enumerated() {
                let isGrown = { (x: Int, y: Int) in boxes.contains { self.grown($0, by: 4)(x, y) } }
                #expect(boxes.isEmpty ? rig.isUntouched(index) : rig.isRepaired(index, hole: isGrown))
            }
            return rig.received.map(\.bytes)
        }
        #expect(outputs[0] == outputs[1], "something of what stood in a hole was left")
    }

    @Test("with no growth and no feather exactly the mask is replaced")
    func exactMask() throws {
        let rig = try StageRig(
            FrameLayout(format: .gray8, width: 201, height: 119), mask: "rect:90,50,8,6", grow: 0, feather: 0)
        for _ in 0..<3 { try rig.send() }
        try rig.drain()
        for index in rig.sent.indices { #expect(rig.isRepaired(index, hole: grown(box(90, 50, 8, 6), by: 0))) }
    }

    @Test("a hole that moves with the mask stream is filled in each frame where that frame has it")
    func movingHole() throws {
        let rig = try StageRig(FrameLayout(format: .nv12, width: 201, height: 119), lookahead: 3)
        let boxes = (0..<24).map { box(6 * $0, 40 + $0, 20, 14) }
        for hole in boxes { try rig.send(mask: picture(hole)) }
        try rig.drain()
        #expect(rig.received.count == boxes.count)
        for (index, hole) in boxes.enumerated() {
            #expect(rig.isRepaired(index, hole: grown(hole, by: 2)), "frame \(index)")
        }
        #expect(rig.counters[.framesRepaired] == 24)
        #expect((1...6).contains(rig.counters[.regionMoves]), "\(rig.counters[.regionMoves]) moves")
    }

    @Test("frames without a hole stay untouched while holes come and go, and the region stays")
    func comingAndGoing() throws {
        let rig = try StageRig(Self.layout)
        let hole = box(100, 50, 12, 12)
        let shown = (0..<20).map { ($0 / 4) % 2 == 1 }
        for isShown in shown { try rig.send(mask: picture(isShown ? hole : box(0, 0, 0, 0))) }
        try rig.drain()
        for (index, isShown) in shown.enumerated() {
            #expect(
                isShown ? rig.isRepaired(index, hole: grown(hole, by: 2)) : rig.isUntouched(index), "frame \(index)")
        }
        #expect(rig.counters[.regionMoves] == 0)
    }

    @Test("two holes far apart are both filled")
    func twoHoles() throws {
        let layout = FrameLayout(format: .rgb, width: 640, height: 360)
        let rig = try StageRig(layout, mask: "rect:30,30,20,10+rect:580,320,20,10")
        for _ in 0..<4 { try rig.send() }
        try rig.drain()
        let (first, second) = (grown(box(30, 30, 20, 10), by: 2), grown(box(580, 320, 20, 10), by: 2))
        for index in rig.sent.indices {
            #expect(rig.isRepaired(index) { first($0, $1) || second($0, $1) })
            for hole in [first, second] {
                let bytes = rig.sent[index].bytes
                #expect(rig.sent[index].places(where: hole).contains { bytes[$0] != rig.originals[index][$0] })
            }
        }
    }

    @Test("the mask stream's picture, of any size, is united with the expression")
    func united() throws {
        let rig = try StageRig(FrameLayout(format: .gray8, width: 200, height: 120), mask: "rect:20,20,10,10")
        let quarter = GrayImage(width: 2, height: 2, pixels: [0, 0, 0, 128])
        for _ in 0..<3 { try rig.send(mask: quarter) }
        try rig.drain()
        let (first, second) = (grown(box(20, 20, 10, 10), by: 2), grown(box(100, 60, 100, 60), by: 2))
        for index in rig.sent.indices { #expect(rig.isRepaired(index) { first($0, $1) || second($0, $1) }) }
    }

    @Test("the mask, its growth and its feather change with the next frame")
    func changedWhilePlaying() throws {
        let rig = try StageRig(Self.layout, mask: "rect:20,20,10,10")
        try rig.send()
        rig.settings.mask = "rect:120,70,10,10"
        try rig.send()
        rig.settings.grow = 9
        try rig.send()
        rig.settings.mask = nil
        try rig.send()
        try rig.drain()
        #expect(rig.isRepaired(0, hole: grown(box(20, 20, 10, 10), by: 2)))
        #expect(rig.isRepaired(1, hole: grown(box(120, 70, 10, 10), by: 2)))
        #expect(rig.isRepaired(2, hole: grown(box(120, 70, 10, 10), by: 9)))
        #expect(!rig.isRepaired(2, hole: grown(box(120, 70, 10, 10), by: 8)))
        #expect(rig.isUntouched(3))
    }

    @Test("the same mask set again is read again: its file may hold another picture")
    func readAgain() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "mask-\(UUID().uuidString).pgm").path
        defer { unlink(path) }
        func draw(_ box: Rectangle) throws {
            let image = picture(box)
            try Data(Array("P5 \(image.width) \(image.height) 255\n".utf8) + image.pixels).write(
                to: URL(filePath: path))
        }
        try draw(box(20, 20, 10, 10))
        let rig = try StageRig(Self.layout, mask: path)
        try rig.send()
        try draw(box(120, 70, 10, 10))
        try rig.send()
        rig.settings.maskRevision += 1
        try rig.send()
        try rig.drain()
        for index in 0...1 { #expect(rig.isRepaired(index, hole: grown(box(20, 20, 10, 10), by: 2))) }
        #expect(rig.isRepaired(2, hole: grown(box(120, 70, 10, 10), by: 2)))
    }

    @Test("a new mask that cannot be used leaves the one before it, and that is said once")
    func badChange() throws {
        let rig = try StageRig(Self.layout, mask: "rect:20,20,10,10")
        try rig.send()
        rig.settings.mask = "rect:nonsense"
        for _ in 0..<3 { try rig.send() }
        try rig.drain()
        for index in rig.sent.indices { #expect(rig.isRepaired(index, hole: grown(box(20, 20, 10, 10), by: 2))) }
        #expect(rig.notices.count == 1 && rig.notices.first?.contains("nonsense") == true)
    }

    @Test("a mask that cannot be used stops the stage before a frame flows")
    func badMask() {
        #expect(throws: FrameError.self) { try StageRig(Self.layout, mask: "rect:1,2") }
        let missing = #expect(throws: FrameError.self) { try StageRig(Self.layout, mask: "/nowhere/logo.png") }
        #expect(missing?.code == .notFound && missing?.subject == "/nowhere/logo.png")
    }

    @Test("a flush forgets what was held, and the stream after it is whole")
    func flush() throws {
        let rig = try StageRig(Self.layout, mask: "rect:20,20,10,10", lookahead: 3)
        for _ in 0..<5 { try rig.send() }
        rig.stage.flush()
        #expect(rig.received.count == 2)
        for _ in 0..<4 { try rig.send() }
        try rig.drain()
        let want = rig.sent[..<2] + rig.sent[5...]
        #expect(rig.received.map(ObjectIdentifier.init) == want.map(ObjectIdentifier.init))
        #expect(rig.isUntouched(2) && rig.isUntouched(4))
    }

    @Test("after a drain the stage goes on, with another layout or the same")
    func layoutChange() throws {
        let rig = try StageRig(Self.layout, mask: "rect:25%,25%,10%,10%")
        for layout in [FrameLayout(format: .yuy2, width: 99, height: 55), Self.layout, Self.layout] {
            for _ in 0..<4 { try rig.send() }
            try rig.drain()
            try rig.reconfigure(layout)
        }
        for _ in 0..<4 { try rig.send() }
        try rig.drain()
        #expect(rig.received.count == 16)
        #expect(rig.counters[.framesRepaired] == 16)
    }

    @Test("a region that is set is kept to: what lies outside it is not filled, and that is said once")
    func chosenRegion() throws {
        let rig = try StageRig(
            FrameLayout(format: .gray8, width: 200, height: 120), mask: "rect:80,40,40,20", grow: 0,
            region: .box(box(0, 0, 100, 120)))
        for _ in 0..<4 { try rig.send() }
        try rig.drain()
        for index in rig.sent.indices { #expect(rig.isRepaired(index, hole: grown(box(80, 40, 20, 20), by: 0))) }
        #expect(rig.notices.count == 1)
        #expect(throws: FrameError.self) {
            try StageRig(Self.layout, region: .box(box(300, 0, 10, 10)))
        }
    }

    @Test(
        "the whole frame can be the region, and frames smaller than any network picture are",
        arguments: [
            (RegionChoice.full, 201, 119), (.auto, 20, 10), (.full, 3, 3), (.auto, 1, 1),
        ])
    func sizes(region: RegionChoice, width: Int, height: Int) throws {
        let rig = try StageRig(
            FrameLayout(format: .i420, width: width, height: height), mask: "rect:0,0,100%,100%", region: region)
        for _ in 0..<4 { try rig.send() }
        try rig.drain()
        #expect(rig.received.count == 4)
        for index in rig.sent.indices { #expect(rig.isRepaired(index) { _, _ in true }) }
    }
}
