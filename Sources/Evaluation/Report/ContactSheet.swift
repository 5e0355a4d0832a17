internal import Frames

/// Some frames of a case: the input with its hole, the fill, the truth, and the error times four.
struct ContactSheet {
    private static let frames = 4
    private static let gap = 4
    private static let errorScale = 4
    /// What marks the hole.
    private static let holeColour: [UInt8] = [255, 0, 255]

    let truth: [RGBPicture]
    let fill: [RGBPicture]
    let holes: [Mask]

    /// One row a frame, on white; evenly spread over the clip.
    var picture: RGBPicture? {
        guard let first = truth.first else { return nil }
        let count = min(Self.frames, truth.count)
        let places = (0..<count).map { (2 * $0 + 1) * truth.count / (2 * count) }
        let rows = places.map { [masked($0), fill[$0], truth[$0], error($0)] }
        let (width, height) = (4 * first.width + 3 * Self.gap, count * first.height + (count - 1) * Self.gap)
        var pixels = [UInt8](repeating: 255, count: width * height * 3)
        for (row, pictures) in rows.enumerated() {
            for (column, picture) in pictures.enumerated() {
                let (left, top) = (column * (first.width + Self.gap), row * (first.height + Self.gap))
                for y in 0..<first.height {
                    let place = ((top + y) * width + left) * 3
                    let line = y * first.width * 3..<(y + 1) * first.width * 3
                    pixels.replaceSubrange(place..<place + line.count, with: picture.pixels[line])
                }
            }
        }
        return RGBPicture(width: width, height: height, pixels: pixels)
    }

    private func masked(_ index: Int) -> RGBPicture {
        var picture = truth[index]
        for (pixel, hole) in holes[index].pixels.enumerated() where hole != 0 {
            picture.pixels.replaceSubrange(3 * pixel..<3 * pixel + 3, with: Self.holeColour)
        }
        return picture
    }

    private func error(_ index: Int) -> RGBPicture {
        let pixels = zip(fill[index].pixels, truth[index].pixels).map { fill, truth in
            UInt8(min(Self.errorScale * abs(Int(fill) - Int(truth)), 255))
        }
        return RGBPicture(width: truth[index].width, height: truth[index].height, pixels: pixels)
    }
}
