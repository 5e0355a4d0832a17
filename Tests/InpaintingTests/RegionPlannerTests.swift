import Frames
import Inpainting
import PictureFixtures
import Testing

@Suite struct RegionPlannerTests {
    private static let step = (width: 48, height: 48)

    private func planner(
        _ width: Int, _ height: Int, format: PixelFormat = .i420, step: (width: Int, height: Int) = step,
        choice: RegionChoice = .auto
    ) throws -> RegionPlanner {
        try RegionPlanner(
            layout: FrameLayout(format: format, width: width, height: height), step: step, choice: choice)
    }

    /// Whatever is planned, it is legal: in the frame, on the crop's steps, a network size, no overlap, few.
    private func check(
        _ regions: [Region], for parts: [Rectangle], in frame: Rectangle, format: PixelFormat = .i420,
        step: (width: Int, height: Int) = step
    ) {
        let alignment = format.cropAlignment
        for part in parts {
            #expect(regions.contains { $0.box.contains(part) }, "\(part) is in no region of \(regions)")
        }
        for region in regions {
            let (box, size) = (region.box, region.size)
            #expect(frame.contains(box) && !box.isEmpty, "\(box) leaves the frame")
            #expect(box.x % alignment.x == 0 && box.y % alignment.y == 0)
            #expect(box.right % alignment.x == 0 || box.right == frame.right)
            #expect(box.bottom % alignment.y == 0 || box.bottom == frame.bottom)
            #expect(size.width % step.width == 0 && size.height % step.height == 0)
            #expect(size.width * size.height <= max(432 * 240, step.width * step.height))
        }
        for (index, region) in regions.enumerated() {
            for other in regions[..<index] {
                #expect(region.box.intersection(other.box).isEmpty, "\(region) and \(other) overlap")
            }
        }
        #expect(regions.count <= 4)
    }

    @Test("every hole lies in a legal region, for random holes, frames and formats", arguments: 1...60)
    func randomHoles(seed: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(seed))
        let format = PixelFormat.allCases[seed % PixelFormat.allCases.count]
        let step = seed % 5 == 0 ? (width: 640, height: 120) : Self.step
        let width = Int.random(in: 1...2200, using: &numbers)
        let height = Int.random(in: 1...1300, using: &numbers)
        let frame = Rectangle(x: 0, y: 0, width: width, height: height)
        let planner = try planner(width, height, format: format, step: step)
        var current: [Region] = []
        for _ in 0..<20 {
            let parts = (0..<Int.random(in: 0...9, using: &numbers)).map { _ in
                Rectangle(
                    x: Int.random(in: 0..<width, using: &numbers), y: Int.random(in: 0..<height, using: &numbers),
                    width: Int.random(in: 1...max(1, width / 3), using: &numbers),
                    height: Int.random(in: 1...max(1, height / 3), using: &numbers)
                ).intersection(frame)
            }
            current = planner.regions(for: parts, keeping: current)
            check(current, for: parts, in: frame, format: format, step: step)
        }
    }

    @Test("a small hole gets the smallest network size that keeps its pixels and its context")
    func smallHole() throws {
        let logo = Rectangle(x: 340, y: 12, width: 80, height: 40)
        let regions = try planner(432, 240).regions(for: [logo], keeping: [])
        #expect(regions.map(\.size) == [NetworkSize(width: 192, height: 96)])
        #expect(regions.map(\.box) == [Rectangle(x: 240, y: 0, width: 192, height: 96)])
        let speck = try planner(1920, 1080).regions(for: [Rectangle(x: 900, y: 500, width: 2, height: 2)], keeping: [])
        #expect(speck.map(\.size.width) == [48] || speck.map(\.size.width) == [96])
    }

    @Test("a hole has at least its own size of context on each side where the frame allows", arguments: 1...40)
    func context(seed: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(seed))
        let frame = Rectangle(x: 0, y: 0, width: 1280, height: 720)
        let part = Rectangle(
            x: Int.random(in: 0..<1200, using: &numbers), y: Int.random(in: 0..<650, using: &numbers),
            width: Int.random(in: 1...300, using: &numbers), height: Int.random(in: 1...200, using: &numbers)
        ).intersection(frame)
        let regions = try planner(1280, 720).regions(for: [part], keeping: [])
        let wanted = Rectangle(
            x: part.x - part.width, y: part.y - part.height, width: 3 * part.width, height: 3 * part.height
        ).intersection(frame)
        #expect(regions.count == 1 && regions[0].box.contains(wanted))
    }

    @Test("a hole too large for any network size is scaled down evenly")
    func scaledDown() throws {
        let regions = try planner(1920, 1080).regions(
            for: [Rectangle(x: 600, y: 300, width: 500, height: 300)], keeping: [])
        let region = try #require(regions.first)
        #expect(region.size.width * region.size.height > 432 * 240 * 3 / 4)
        let across = Double(region.box.width) / Double(region.size.width)
        let down = Double(region.box.height) / Double(region.size.height)
        #expect(abs(across / down - 1) < 0.1, "\(region)")
    }

    @Test("a frame smaller than any network size is the region, scaled up", arguments: [(64, 32), (1, 1), (33, 31)])
    func smallFrame(width: Int, height: Int) throws {
        let regions = try planner(width, height).regions(
            for: [Rectangle(x: 0, y: 0, width: (width + 1) / 2, height: (height + 1) / 2)], keeping: [])
        #expect(regions.map(\.box) == [Rectangle(x: 0, y: 0, width: width, height: height)])
    }

    @Test("two holes far apart get two regions, two close together one")
    func grouping() throws {
        let planner = try planner(1920, 1080)
        let corner = Rectangle(x: 40, y: 40, width: 60, height: 40)
        #expect(
            planner.regions(for: [corner, Rectangle(x: 1700, y: 900, width: 60, height: 40)], keeping: []).count == 2)
        #expect(
            planner.regions(for: [corner, Rectangle(x: 120, y: 40, width: 60, height: 40)], keeping: []).count == 1)
    }

    @Test("a hole that stays keeps its region, and one that moves slowly moves it seldom", arguments: [0, 1, 2])
    func hysteresis(speed: Int) throws {
        let planner = try planner(1280, 720)
        let frame = Rectangle(x: 0, y: 0, width: 1280, height: 720)
        var current: [Region] = []
        var pending: [Rectangle] = []
        var moves = -1
        for time in 0..<300 {
            pending.append(Rectangle(x: 100 + speed * time, y: 300 + time % 3, width: 90, height: 60))
            if pending.count > 6 { pending.removeFirst() }
            let next = planner.regions(for: pending, keeping: current)
            if next != current { moves += 1 }
            current = next
            check(current, for: pending, in: frame)
        }
        #expect(moves <= 5 * speed, "\(moves) moves")
        #expect(speed == 0 || moves > 0)
    }

    @Test("a hole that comes far away leaves the region of the first alone")
    func independence() throws {
        let planner = try planner(1280, 720)
        let first = Rectangle(x: 50, y: 50, width: 60, height: 40)
        let alone = planner.regions(for: [first], keeping: [])
        let both = planner.regions(for: [first, Rectangle(x: 1000, y: 600, width: 60, height: 40)], keeping: alone)
        #expect(both.count == 2 && both.contains(alone[0]))
        #expect(planner.regions(for: [first], keeping: both) == both, "a hole that goes takes nothing with it")
        #expect(planner.regions(for: [], keeping: both) == both)
    }

    @Test("one frame with a huge hole does not blur the small ones after it for ever")
    func recovers() throws {
        let planner = try planner(1920, 1080)
        let small = Rectangle(x: 900, y: 500, width: 60, height: 40)
        let coarse = planner.regions(for: [Rectangle(x: 0, y: 0, width: 1920, height: 1080)], keeping: [])
        #expect(coarse[0].box.width == 1920)
        let fine = planner.regions(for: [small], keeping: coarse)
        #expect(fine[0].box.width == fine[0].size.width)
    }

    @Test("full is the whole frame at the network size nearest its shape")
    func full() throws {
        for (width, height, size) in [
            (432, 240, NetworkSize(width: 432, height: 240)), (1920, 1080, NetworkSize(width: 432, height: 240)),
            (640, 640, NetworkSize(width: 288, height: 288)),
        ] {
            let planner = try planner(width, height, choice: .full)
            let regions = planner.regions(for: [Rectangle(x: 1, y: 1, width: 1, height: 1)], keeping: [])
            #expect(regions == [Region(box: Rectangle(x: 0, y: 0, width: width, height: height), size: size)])
        }
        let subtitles = try planner(1280, 720, step: (640, 120), choice: .full)
        let whole = subtitles.regions(for: [Rectangle(x: 1, y: 1, width: 1, height: 1)], keeping: [])
        #expect(whole.map(\.size) == [NetworkSize(width: 640, height: 120)])
    }

    @Test("a chosen box is kept to, clipped to the frame and to whole chroma samples")
    func chosenBox() throws {
        let hole = Rectangle(x: 200, y: 200, width: 10, height: 10)
        let box = Rectangle(x: 101, y: 51, width: 192, height: 96)
        #expect(
            try planner(641, 479, choice: .box(box)).regions(for: [hole], keeping: [])
                == [
                    Region(
                        box: Rectangle(x: 100, y: 50, width: 194, height: 98),
                        size: NetworkSize(width: 240, height: 144))
                ])
        let clipped = try planner(641, 479, choice: .box(Rectangle(x: 600, y: 400, width: 500, height: 500)))
        #expect(
            clipped.regions(for: [hole], keeping: []).map(\.box) == [Rectangle(x: 600, y: 400, width: 41, height: 79)])
        #expect(throws: FrameError.self) {
            try planner(641, 479, choice: .box(Rectangle(x: 641, y: 0, width: 5, height: 5)))
        }
    }

    @Test(
        "a region is said as auto, full or a box",
        arguments: ["", "x", "1,2,3", "1,2,3,4,5", "1,2,0,4", "-1,2,3,4", "1,,3,4", "9223372036854775807,0,1,1"])
    func badChoices(text: String) throws {
        #expect(throws: FrameError.self) { try RegionChoice(text) }
        #expect(try RegionChoice("auto") == .auto)
        #expect(try RegionChoice("full") == .full)
        #expect(try RegionChoice("1,2,3,4") == .box(Rectangle(x: 1, y: 2, width: 3, height: 4)))
    }
}
