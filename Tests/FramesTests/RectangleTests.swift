import Frames
import Testing

@Suite struct RectangleTests {
    private let box = Rectangle(x: 3, y: 4, width: 5, height: 6)

    @Test("an empty box adds nothing to a union")
    func emptyUnion() {
        #expect(box.union(.empty) == box)
        #expect(Rectangle.empty.union(box) == box)
    }

    @Test("a union covers both boxes and nothing more")
    func union() {
        let other = Rectangle(x: -2, y: 8, width: 1, height: 9)
        #expect(box.union(other) == Rectangle(x: -2, y: 4, width: 10, height: 13))
    }

    @Test("boxes that only touch share nothing")
    func touching() {
        #expect(box.intersection(Rectangle(x: 8, y: 4, width: 2, height: 2)) == .empty)
        #expect(
            box.intersection(Rectangle(x: 7, y: 9, width: 4, height: 4)) == Rectangle(x: 7, y: 9, width: 1, height: 1))
    }

    @Test("every box contains an empty one and itself")
    func contains() {
        #expect(box.contains(.empty) && box.contains(box))
        #expect(!box.contains(box.expanded(by: 1)))
    }
}
