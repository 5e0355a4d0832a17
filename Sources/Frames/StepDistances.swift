/// The steps from every pixel of a box to the nearest of its source pixels, a step going to one of the four neighbours.
///
/// Source: the two-pass city-block distance transform, Rosenfeld and Pfaltz 1966.
package struct StepDistances {
    /// Stands for "farther than anything asked for" where a box has no source.
    package static let unreachable = Int32.max / 2

    /// Rows of `box` without padding.
    package let values: [Int32]

    /// - Parameter isSource: asked for every pixel of `box`, in the coordinates of the frame.
    package init(in box: Rectangle, isSource: (_ x: Int, _ y: Int) -> Bool) {
        let width = box.width
        values = [Int32](unsafeUninitializedCapacity: box.area) { steps, count in
            for y in 0..<box.height {
                let row = y * width
                for x in 0..<width {
                    var nearest = isSource(box.x + x, box.y + y) ? 0 : Self.unreachable
                    if x > 0 { nearest = min(nearest, steps[row + x - 1] + 1) }
                    if y > 0 { nearest = min(nearest, steps[row - width + x] + 1) }
                    steps[row + x] = nearest
                }
            }
            for y in stride(from: box.height - 1, through: 0, by: -1) {
                let row = y * width
                for x in stride(from: width - 1, through: 0, by: -1) {
                    var nearest = steps[row + x]
                    if x < width - 1 { nearest = min(nearest, steps[row + x + 1] + 1) }
                    if y < box.height - 1 { nearest = min(nearest, steps[row + width + x] + 1) }
                    steps[row + x] = nearest
                }
            }
            count = box.area
        }
    }
}
