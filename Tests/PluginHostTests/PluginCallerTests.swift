import Frames
import PictureFixtures
import PluginHost
import Synchronization
import Testing

enum GrayFrame {
    /// A gray frame with these pixels.
    static func make(_ pixels: [UInt8], width: Int) -> Frame {
        let layout = FrameLayout(format: .gray8, width: width, height: pixels.count / width)
        let picture = MemoryPicture(layout, paddingBytes: 3, seed: 1)
        let plane = picture.planes[0]
        for (index, pixel) in pixels.enumerated() {
            plane.base.storeBytes(
                of: pixel, toByteOffset: index / width * plane.strideBytes + index % width, as: UInt8.self)
        }
        return Frame(layout: layout, pts: .zero, duration: nil, storage: picture)
    }
}

@Suite("plugins are called", .timeLimit(.minutes(1))) struct PluginCallerTests {
    private final class Notices: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private let frame = GrayFrame.make([0, 255, 127, 128, 1, 2], width: 3)

    private func source(_ manner: String, _ notices: Notices = Notices()) throws -> (MaskPluginCaller, PluginWorkshop) {
        let workshop = try PluginWorkshop()
        try workshop.unruly()
        let plugin = try workshop.library.plugin(named: "unruly")
        return (try MaskPluginCaller(plugin, ["manner": manner], notice: notices.add), workshop)
    }

    @Test("a mask source's bytes other than 0 are the hole")
    func mask() throws {
        let (caller, workshop) = try source("well")
        #expect(try caller.mask(of: frame)?.pixels == [1, 0, 1, 0, 1, 1])
        caller.flush()
        withExtendedLifetime(workshop) {}
    }

    @Test("what overlays are made of is read where a source tells, and not read again while its version stays")
    func overlays() throws {
        let workshop = try PluginWorkshop()
        try workshop.unruly("old", file: nil, "FIRST_HEADER")
        try workshop.unruly("tells", file: nil, "OVERLAY")
        for (name, count) in [("old", 0), ("tells", 2)] {
            let caller = try MaskPluginCaller(workshop.library.plugin(named: name), [:], notice: { _ in })
            #expect(caller.overlays.isEmpty)
            for _ in 0..<3 {
                #expect(try caller.mask(of: frame)?.pixels == [1, 0, 1, 0, 1, 1])
                #expect(caller.overlays.count == count)
            }
            // The one between two squares is of no use, and of what is no number nothing is known.
            #expect(caller.overlays.first?.luma.alpha ?? [] == (count > 0 ? Array(repeating: 0.5, count: 6) : []))
            #expect(caller.overlays.last?.luma.alpha.allSatisfy { $0 < 0 } ?? true)
            #expect(caller.overlays.allSatisfy { $0.chroma == nil && $0.box == frame.layout.bounds })
            caller.flush()
            #expect(caller.overlays.isEmpty)
        }
        withExtendedLifetime(workshop) {}
    }

    @Test(
        "a call that fails, and one that returns nonsense, costs the frame's mask; after 25 in a row it is off",
        arguments: [("fail", "it does not want to"), ("lie", "it gives no reason")])
    func failing(manner: String, reason: String) throws {
        let notices = Notices()
        let (caller, workshop) = try source(manner, notices)
        for call in 0..<30 {
            #expect(try caller.mask(of: frame) == nil)
            #expect(caller.isOff == (call >= 24))
        }
        #expect(
            notices.all.count == 2 && notices.all.allSatisfy { $0.contains("plugin unruly") && $0.contains(reason) })
        #expect(notices.all.last?.contains("is switched off: 25 frames in a row failed") == true)
        withExtendedLifetime(workshop) {}
    }

    @Test("a plugin that fails now and then stays")
    func sometimes() throws {
        let (caller, workshop) = try source("sometimes")
        let masks = try (0..<90).map { _ in try caller.mask(of: frame) != nil }
        #expect(masks.count { $0 } == 60 && !caller.isOff)
        withExtendedLifetime(workshop) {}
    }

    @Test("one that hangs costs its time once, and nothing while it hangs")
    func hanging() throws {
        let notices = Notices()
        let (caller, workshop) = try source("hang", notices)
        caller.patience = .milliseconds(100)
        let start = ContinuousClock.now
        for _ in 0..<10 { #expect(try caller.mask(of: frame) == nil) }
        #expect((.milliseconds(95)..<Duration.seconds(1)).contains(ContinuousClock.now - start))
        #expect(notices.all.first?.contains("did not answer within 100 ms") == true)
        withExtendedLifetime(workshop) {}
    }

    @Test(
        "a value that does not fit is refused by the setting's name",
        arguments: [
            (["size": "0"], "size is \"0\", expected a whole number from 1 to 100, in pixels"),
            (["size": "1.5"], "size is \"1.5\""), (["size": ""], "size is \"\""),
            (["share": "nan"], "share is \"nan\", expected a number from 0.0 to 1.0"),
            (["on": "yes"], "on is \"yes\", expected true or false"),
            (["manner": "wel"], "manner is \"wel\", expected one of well"),
            (["sise": "1"], "has no setting sise: did you mean size?"),
            (["word": "refuse"], "cannot work so: this word is\\nnot taken"),
        ])
    func values(values: [String: String], words: String) throws {
        let workshop = try PluginWorkshop()
        try workshop.unruly()
        let plugin = try workshop.library.plugin(named: "unruly")
        let error = #expect(throws: FrameError.self) { try MaskPluginCaller(plugin, values, notice: { _ in }) }
        #expect(
            error.map { "\($0)".contains(words) && "\($0)".contains("unruly") } == true, "\(String(describing: error))")
    }

    @Test("a plugin of the other kind is refused")
    func kind() throws {
        let workshop = try PluginWorkshop()
        try workshop.unruly()
        try workshop.unruly("filler", "KIND=2")
        let (source, filler) = (
            try workshop.library.plugin(named: "unruly"), try workshop.library.plugin(named: "filler")
        )
        #expect(throws: FrameError.self) { try MaskPluginCaller(filler, [:], notice: { _ in }) }
        #expect(throws: FrameError.self) {
            try FillPluginCaller(source, [:], width: 1, height: 1, notice: { _ in })
        }
        // A filler that holds back fewer than no frames.
        #expect(throws: FrameError.self) {
            try FillPluginCaller(filler, ["manner": "lie"], width: 1, height: 1, notice: { _ in })
        }
        let caller = try FillPluginCaller(filler, [:], width: 2, height: 1, notice: { _ in })
        #expect(caller.receive() == (nil, false))
        #expect(caller.send([1, 2, 3, 4, 5, 6], hole: [1, 0], time: nil))
        #expect(caller.receive().fill == [200, 200, 200, 200, 200, 200])
    }

    @Test("the example in C marks its stripes")
    func exampleInC() throws {
        let workshop = try PluginWorkshop()
        try workshop.example("c/mask-stripes.c", as: "mask-stripes")
        let caller = try MaskPluginCaller(
            workshop.library.plugin(named: "mask-stripes"), ["height": "1"], notice: { _ in })
        #expect(try caller.mask(of: frame)?.pixels == [1, 1, 1, 0, 0, 0])
        #expect(try caller.mask(of: frame)?.pixels == [0, 0, 0, 1, 1, 1])
    }

    @Test("the example in C++ holds a frame back, and gives it after a drain")
    func exampleInCPlusPlus() throws {
        let workshop = try PluginWorkshop()
        try workshop.example("cpp/fill-average.cpp", as: "fill-average")
        let caller = try FillPluginCaller(
            workshop.library.plugin(named: "fill-average"), [:], width: 2, height: 1, notice: { _ in })
        #expect(caller.delay == 1)
        #expect(caller.send([10, 20, 30, 0, 0, 0], hole: [0, 1], time: .zero))
        #expect(caller.receive() == (nil, false))
        #expect(caller.send([20, 30, 40, 0, 0, 0], hole: [0, 1], time: nil))
        #expect(caller.receive().fill == [10, 20, 30, 15, 25, 35])
        #expect(caller.receive() == (nil, false))
        #expect(caller.drain())
        #expect(caller.receive().fill == [20, 30, 40, 20, 30, 40])
        caller.flush()
    }

    @Test("a mask source sees luma in every format, and chroma where it asks for it", arguments: PixelFormat.allCases)
    func formats(format: PixelFormat) throws {
        let (caller, workshop) = try source("well")
        let layout = FrameLayout(format: format, width: 35, height: 7)
        let picture = MemoryPicture(layout, paddingBytes: 5, seed: 3)
        let frame = Frame(layout: layout, pts: nil, duration: nil, storage: picture)
        let mask = try #require(try caller.mask(of: frame))
        let luma = format.components[0]
        let isRGB = format.components.count == 3 && format.components[1].horizontalShift == 0
        guard !isRGB else { return }
        for y in 0..<7 {
            for x in 0..<35 {
                let place = picture.place(of: luma, column: x, row: y) + luma.bytesPerSample - 1
                #expect((mask.pixels[y * 35 + x] != 0) == (picture.bytes[place] < 128))
            }
        }
        withExtendedLifetime(workshop) {}
    }
}
