internal import Frames

/// A picture's luma at halved sizes, each with its edges repeated all round, so that patches may lie across them.
struct FlowPyramid {
    /// One size.
    struct Level {
        let width: Int
        let height: Int
        /// Pixels of the repeated edge on each side.
        static let margin = 16
        /// Units: pixels.
        let stride: Int
        /// Luma, 0 to 255, with the margins.
        let luma: [Float]

        init(width: Int, height: Int, values: [Float]) {
            self.width = width
            self.height = height
            let stride = width + 2 * Self.margin
            luma = [Float](unsafeUninitializedCapacity: stride * (height + 2 * Self.margin)) { luma, count in
                for y in -Self.margin..<height + Self.margin {
                    let row = min(max(y, 0), height - 1) * width
                    for x in -Self.margin..<width + Self.margin {
                        luma[count] = values[row + min(max(x, 0), width - 1)]
                        count += 1
                    }
                }
            }
            self.stride = stride
        }
    }

    /// The least side of a level.
    private static let leastSide = 12

    /// From the picture's own size down.
    let levels: [Level]

    init(of picture: RGBPicture) {
        var (width, height) = (picture.width, picture.height)
        var values = picture.luma(in: picture.bounds).map(Float.init)
        var levels = [Level(width: width, height: height, values: values)]
        while min(width, height) / 2 >= Self.leastSide {
            values = Self.halved(values, width: width, height: height)
            (width, height) = (width / 2, height / 2)
            levels.append(Level(width: width, height: height, values: values))
        }
        self.levels = levels
    }

    /// The means of two by two pixels; an odd last row or column is left out.
    private static func halved(_ values: [Float], width: Int, height: Int) -> [Float] {
        var halved: [Float] = []
        halved.reserveCapacity(width / 2 * (height / 2))
        for y in 0..<height / 2 {
            for x in 0..<width / 2 {
                let place = 2 * y * width + 2 * x
                halved.append(
                    (values[place] + values[place + 1] + values[place + width] + values[place + width + 1]) / 4)
            }
        }
        return halved
    }
}
