import Inpainting
import Networks
import TestFormula
import Testing

/// A small clip of bytes with holes, and the network that fills it.
struct Clip {
    static let width = 16
    static let height = 16

    var pictures: [[UInt8]]
    var holes: [[UInt8]]

    /// A clip in which every frame has a hole, or those whose index `hasHole` takes.
    init(_ count: Int, hasHole: (Int) -> Bool = { _ in true }) {
        let size = Self.width * Self.height
        pictures = (0..<count).map { frame in
            TestFormula.series("picture.\(frame)", count: 3 * size).map { UInt8(127.5 + 120 * $0) }
        }
        holes = (0..<count).map { frame in
            (0..<size).map { pixel in
                let (y, x) = pixel.quotientAndRemainder(dividingBy: Self.width)
                return hasHole(frame) && (4..<12).contains((x + frame) % Self.width) && y > 5 ? 1 : 0
            }
        }
    }

    var count: Int { pictures.count }

    /// Four channels, two blocks and two heads: as small as a network with every part can be.
    static let tiny = STTNConfiguration(
        encoderWidths: [4, 4, 4, 4], blocks: 2, decoderWidths: [4, 4, 4],
        grids: [.init(columns: 1, rows: 1), .init(columns: 2, rows: 4)], masksAttention: true)

    /// The formula's weights.
    static func weights(_ configuration: STTNConfiguration) -> WeightFile {
        let tensors = configuration.tensorShapes.map { name, shape in
            (name, WeightTensor(shape: shape, values: TestFormula.parameter(name, shape: shape)))
        }
        return WeightFile(name: "formula", metadata: [:], tensors: Dictionary(uniqueKeysWithValues: tensors))
    }

    static func network(_ configuration: STTNConfiguration = tiny, threads: Int = 1) throws -> STTN {
        try STTN(weights: weights(configuration), configuration: configuration, threads: threads)
    }

    /// Shapes: [indices, 3, H, W] in [−1, 1].
    func frames(_ indices: [Int]) -> Tensor {
        let size = Self.width * Self.height
        return Tensor(
            shape: [indices.count, 3, Self.height, Self.width],
            values: indices.flatMap { index in
                (0..<3 * size).map { Float(pictures[index][$0 % size * 3 + $0 / size]) / 255 * 2 - 1 }
            })
    }

    /// Shapes: [indices, 1, H, W].
    func masks(_ indices: [Int]) -> Tensor {
        Tensor(
            shape: [indices.count, 1, Self.height, Self.width],
            values: indices.flatMap { holes[$0].map(Float.init) })
    }

    /// Expects fills to have the pixels of `pictures` in the holes.
    ///
    /// A value next to a whole level may be cut to either side, and a blend of some may be one level off.
    func check(_ fills: [Fill], against pictures: [[UInt8]]) throws {
        try #require(fills.count == count && pictures.count == count)
        for (index, fill) in fills.enumerated() {
            let picture = try #require(fill.picture)
            let isFilled = { (pixel: Int) in holes[index][pixel] != 0 }
            let differences = picture.indices.map { isFilled($0 / 3) ? Int(picture[$0]) - Int(pictures[index][$0]) : 0 }
            #expect(differences.allSatisfy { abs($0) <= 1 })
            #expect(differences.count { $0 != 0 } * 1000 <= differences.count)
        }
    }

    /// Planes in [−1, 1] cut to whole levels, packed RGB.
    static func levels(_ planes: [Float]) -> [Float] {
        let size = planes.count / 3
        return (0..<planes.count).map { ((planes[$0 % 3 * size + $0 / 3] + 1) / 2 * 255).rounded(.towardZero) }
    }
}

extension WindowSession {
    /// Sends frame `index` of a clip.
    func send(_ clip: Clip, _ index: Int) {
        clip.pictures[index].withUnsafeBytes { send(picture: $0, hole: clip.holes[index]) }
    }

    /// All that is finished.
    func receiveAll() -> [Fill] {
        var fills: [Fill] = []
        while let fill = receive() { fills.append(fill) }
        return fills
    }

    convenience init(_ network: STTN, _ sampling: WindowSampling) {
        self.init(network: network, width: Clip.width, height: Clip.height, sampling: sampling)
    }
}
