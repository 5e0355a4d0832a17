import Frames
import Testing

@Suite struct RectangleTests {
    @Test("an empty box adds nothing to a union")
    func emptyUnion() {
        let box = Rectangle(x: 3, y: 4, width: 5, height: 6)
        #expect(box.union(.empty) == box)
        #expect(Rectangle.empty.union(box) == box)
    }
}
