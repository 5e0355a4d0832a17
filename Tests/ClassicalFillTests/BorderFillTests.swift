import ClassicalFill
import PictureFixtures
import Testing

@Suite struct BorderFillTests {
    private func hole(_ width: Int, _ height: Int, where isHole: (_ x: Int, _ y: Int) -> Bool) -> [UInt8] {
        (0..<width * height).map { isHole($0 % width, $0 / width) ? 1 : 0 }
    }

    /// A hole in the middle third.
    private func middle(_ width: Int, _ height: Int) -> [UInt8] {
        hole(width, height) { x, y in
            (width / 3..<max(width / 3 + 1, 2 * width / 3)).contains(x)
                && (height / 3..<max(height / 3 + 1, 2 * height / 3)).contains(y)
        }
    }

    private func noise(_ count: Int, seed: Int) -> [UInt8] {
        var numbers = SeededNumbers(seed: UInt64(seed))
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }
    }

    @Test(
        "what stands in the hole has no part in the fill, and outside not a byte changes",
        arguments: [(1, 1), (2, 1), (1, 7), (3, 3), (17, 5), (48, 48), (193, 97)])
    func nothingLeaks(width: Int, height: Int) {
        let hole = middle(width, height)
        let filler = BorderFill(width: width, height: height)
        let original = noise(3 * width * height, seed: 1)
        let other = noise(3 * width * height, seed: 2)
        var first = original
        filler.fill(&first, hole: hole)
        var second = original
        for index in second.indices where hole[index / 3] != 0 { second[index] = other[index] }
        filler.fill(&second, hole: hole)
        #expect(first == second)
        #expect(first.indices.allSatisfy { hole[$0 / 3] != 0 || first[$0] == original[$0] })
    }

    @Test("a hole in one colour becomes that colour")
    func flat() {
        let filler = BorderFill(width: 100, height: 60)
        let hole = middle(100, 60)
        let colour: [UInt8] = [10, 200, 255]
        var picture = (0..<3 * 6000).map { hole[$0 / 3] != 0 ? UInt8(77) : colour[$0 % 3] }
        filler.fill(&picture, hole: hole)
        #expect(picture.indices.allSatisfy { picture[$0] == colour[$0 % 3] })
    }

    @Test("a slope goes on through the hole without a step")
    func slope() {
        let (width, height) = (96, 96)
        let filler = BorderFill(width: width, height: height)
        let hole = middle(width, height)
        let original = (0..<3 * width * height).map { UInt8(2 * ($0 / 3 % width) + 20) }
        var picture = original
        filler.fill(&picture, hole: hole)
        let worst = picture.indices.map { abs(Int(picture[$0]) - Int(original[$0])) }.max() ?? 0
        #expect(worst <= 24, "\(worst) of a slope of 190, over a hole of 64")
        for row in 32..<64 {
            for column in 1..<width {
                let step = Int(picture[3 * (row * width + column)]) - Int(picture[3 * (row * width + column - 1)])
                #expect(abs(step) <= 12, "at \(column), \(row)")
            }
        }
    }

    @Test("a picture that is all hole becomes grey")
    func allHole() {
        let filler = BorderFill(width: 5, height: 3)
        var picture = noise(45, seed: 3)
        filler.fill(&picture, hole: [UInt8](repeating: 1, count: 15))
        #expect(picture.allSatisfy { $0 == 128 })
    }

    @Test("one known pixel is enough for all the others")
    func oneKnownPixel() {
        let filler = BorderFill(width: 33, height: 20)
        var picture = noise(3 * 660, seed: 4)
        let hole = hole(33, 20) { x, y in (x, y) != (32, 0) }
        let known = Array(picture[3 * 32..<3 * 33])
        filler.fill(&picture, hole: hole)
        #expect(picture.indices.allSatisfy { picture[$0] == known[$0 % 3] })
    }
}
