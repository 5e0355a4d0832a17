import Frames
import Inpainting
import PictureFixtures
import Testing

@Suite struct RegionTenureTests {
    private func tenure(_ choice: RegionChoice = .auto, width: Int = 1280, height: Int = 720) throws -> RegionTenure {
        RegionTenure(
            planner: try RegionPlanner(
                layout: FrameLayout(format: .i420, width: width, height: height), step: (48, 48), choice: choice))
    }

    private func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> Rectangle {
        Rectangle(x: x, y: y, width: width, height: height)
    }

    @Test("subtitles that come and go keep one region from the widest line on")
    func subtitles() throws {
        var tenure = try tenure()
        var seen = Set<Region>()
        for line in 0..<40 {
            let width = [300, 520, 420, 260][line % 4]
            for _ in 0..<60 { _ = tenure.regions(for: [box(640 - width / 2, 640, width, 40)]) }
            for _ in 0..<100 {
                let regions = tenure.regions(for: [])
                if line > 1 { seen.formUnion(regions) }
            }
        }
        #expect(seen.count == 1, "\(seen)")
    }

    @Test("a region without a hole goes after ten seconds' frames, and not before")
    func idle() throws {
        var tenure = try tenure()
        let hole = box(600, 300, 60, 40)
        let region = tenure.regions(for: [hole])
        for _ in 1..<RegionTenure.idleFrames { #expect(tenure.regions(for: []) == region) }
        #expect(tenure.regions(for: [hole]) == region)
        for _ in 0..<RegionTenure.idleFrames { _ = tenure.regions(for: []) }
        #expect(tenure.regions(for: []).isEmpty)
    }

    @Test("a hole that is small for a moment does not lose the large region, one that stays small gets its own")
    func coarse() throws {
        var tenure = try tenure(width: 1920, height: 1080)
        let (large, small) = (box(400, 200, 1000, 600), box(800, 500, 60, 40))
        let region = tenure.regions(for: [large])
        #expect(region.allSatisfy { $0.box.width > 2 * $0.size.width })
        for _ in 0..<10 {
            for _ in 0..<RegionTenure.coarseFrames - 1 { #expect(tenure.regions(for: [small]) == region) }
            // A pause is neither here nor there.
            _ = tenure.regions(for: [])
            #expect(tenure.regions(for: [large]) == region)
        }
        for _ in 0..<RegionTenure.coarseFrames { _ = tenure.regions(for: [small]) }
        #expect(tenure.regions(for: [small]).allSatisfy { $0.box.width <= $0.size.width })
    }

    @Test("a hole that comes and goes beside others disturbs none of them")
    func several() throws {
        var tenure = try tenure(width: 1920, height: 1080)
        let logo = box(60, 60, 100, 60)
        let first = tenure.regions(for: [logo])
        for frame in 0..<400 {
            let visitor = frame % 50 < 20 ? [box(1500, 800, 80, 60)] : []
            let regions = tenure.regions(for: [logo] + visitor)
            #expect(regions.contains(first[0]))
            #expect(frame < 1 || regions.count == 2)
        }
    }

    @Test("the region whose hole has been gone for longest makes room")
    func room() throws {
        var tenure = try tenure(width: 1920, height: 1080)
        let corners = [box(40, 40, 60, 40), box(1700, 40, 60, 40), box(40, 900, 60, 40), box(1700, 900, 60, 40)]
        var regions: [Region] = []
        for corner in corners { regions = tenure.regions(for: [corner]) }
        #expect(regions.count == 4)
        let middle = tenure.regions(for: [box(900, 500, 60, 40)])
        #expect(middle.count == 4)
        for (index, corner) in corners.enumerated() {
            #expect(middle.contains { $0.box.intersection(corner) == corner } == (index > 0), "corner \(index)")
        }
    }

    @Test("a region that was set stays as long as any part of a hole meets it")
    func chosen() throws {
        var tenure = try tenure(.box(box(0, 0, 100, 100)))
        let region = tenure.regions(for: [box(90, 90, 40, 40)])
        for _ in 0..<2 * RegionTenure.idleFrames { #expect(tenure.regions(for: [box(90, 90, 40, 40)]) == region) }
    }

    @Test("whatever holes come, each lies in a region and no two regions overlap", arguments: 1...30)
    func randomHoles(seed: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(seed))
        var tenure = try tenure()
        for _ in 0..<60 {
            let parts = (0..<Int.random(in: 0...5, using: &numbers)).map { _ in
                box(
                    Int.random(in: 0..<1200, using: &numbers), Int.random(in: 0..<650, using: &numbers),
                    Int.random(in: 1...80, using: &numbers), Int.random(in: 1...70, using: &numbers))
            }
            var regions: [Region] = []
            for _ in 0..<Int.random(in: 1...40, using: &numbers) { regions = tenure.regions(for: parts) }
            #expect(parts.allSatisfy { part in regions.contains { $0.box.contains(part) } })
            #expect(regions.count <= 4)
            for (index, region) in regions.enumerated() {
                #expect(regions[..<index].allSatisfy { $0.box.intersection(region.box).isEmpty })
            }
        }
    }
}
