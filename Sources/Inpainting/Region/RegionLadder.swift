/// The network sizes regions are scaled to, from small to large.
struct RegionLadder: Sendable {
    /// The largest picture the network was trained on; above it, patches meet sizes they never saw.
    private static let trainedArea = 432 * 240
    /// Below this the coarsest feature map has too little to attend to.
    private static let leastArea = 96 * 48

    /// In order of area; never empty.
    let sizes: [NetworkSize]

    /// - Parameter step: the sides' step that a network's grids allow (`STTNConfiguration.sideStep`).
    init(step: (width: Int, height: Int)) {
        var sizes: [NetworkSize] = []
        for width in stride(from: step.width, through: Self.trainedArea / step.height, by: step.width) {
            for height in stride(from: step.height, through: Self.trainedArea / width, by: step.height)
            where width * height >= Self.leastArea {
                sizes.append(NetworkSize(width: width, height: height))
            }
        }
        if sizes.isEmpty { sizes = [NetworkSize(width: step.width, height: step.height)] }
        self.sizes = sizes.sorted { ($0.area, $0.width) < ($1.area, $1.width) }
    }

    /// The smallest size that keeps the pixels of a box, or else the one that loses least of them.
    ///
    /// Of two of one area, the one that needs less enlargement to be filled from what the frame has.
    func size(keeping box: (width: Int, height: Int), in frame: (width: Int, height: Int)) -> NetworkSize {
        best(of: sizes) { size in
            (min(1, size.scale(shrinking: box)), Double(-size.area), -size.scale(filling: frame))
        }
    }

    /// The size of at most so many pixels that loses least of a box; nil where none is so small.
    func size(showing box: (width: Int, height: Int), within area: Int) -> NetworkSize? {
        sizes.filter { $0.area <= area }.max { one, other in
            (one.scale(shrinking: box), -one.area) < (other.scale(shrinking: box), -other.area)
        }
    }

    /// The size whose shape is nearest to a frame's, among those of at least half the largest area.
    func size(nearestShapeOf frame: (width: Int, height: Int)) -> NetworkSize {
        let largest = sizes[sizes.count - 1].area
        return best(of: sizes.filter { 2 * $0.area >= largest }) { size in
            (size.scale(shrinking: frame) / size.scale(filling: frame), Double(size.area), 0)
        }
    }

    private func best(of sizes: [NetworkSize], by rank: (NetworkSize) -> (Double, Double, Double)) -> NetworkSize {
        sizes.max { rank($0) < rank($1) } ?? sizes[0]
    }
}

extension NetworkSize {
    /// The scale at which all of a box just fits.
    func scale(shrinking box: (width: Int, height: Int)) -> Double {
        min(Double(width) / Double(box.width), Double(height) / Double(box.height))
    }

    /// The scale at which a box just leaves nothing of the size empty.
    func scale(filling box: (width: Int, height: Int)) -> Double {
        max(Double(width) / Double(box.width), Double(height) / Double(box.height))
    }
}
