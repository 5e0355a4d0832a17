import Inpainting
import Networks
import TestFormula
import Testing

@Suite(.serialized) struct DecoderCropTests {
    private static let (width, height) = (144, 96)

    private let network: STTN
    private let masks = Tensor(
        shape: [1, 1, height, width], values: TestFormula.masks(1, height: height, width: width))

    init() throws {
        let grids = [1, 3, 6, 12].map { STTNConfiguration.Grid(columns: $0, rows: $0) }
        network = try STTN(
            weights: Architecture.compact.weights, configuration: Architecture.compact.configuration(grids: grids),
            threads: 2)
    }

    /// A pixel, every border and corner, odd places, a side and the whole.
    static let boxes = [
        MapBox(rows: 40..<41, columns: 71..<72),
        MapBox(rows: 0..<1, columns: 0..<1),
        MapBox(rows: 95..<96, columns: 143..<144),
        MapBox(rows: 0..<20, columns: 50..<90),
        MapBox(rows: 33..<77, columns: 0..<31),
        MapBox(rows: 60..<96, columns: 101..<144),
        MapBox(rows: 17..<62, columns: 29..<116),
        MapBox(rows: 0..<96, columns: 5..<9),
        MapBox(height: height, width: width),
    ]

    @Test("what is decoded of a box is what the whole picture has there", arguments: boxes)
    func equality(box: MapBox) throws {
        let maps = Tensor(
            shape: [1, Self.height / 4, Self.width / 4, 64],
            values: TestFormula.series("stage.maps", count: Self.height * Self.width * 4))
        let crop = DecoderCrop(of: box, height: Self.height, width: Self.width)
        let whole = network.decode(MapPart(whole: maps), DecoderCrop(height: Self.height, width: Self.width)).cropped(
            to: box)
        func check(_ picture: Tensor) throws {
            try #require(picture.shape == whole.shape)
            let worst = zip(picture.array, whole.array).map { abs($0 - $1) }.max() ?? 1
            #expect(worst <= 1e-5)
        }
        try check(network.decode(MapPart(whole: maps), crop))
        try check(network.decode(MapPart(map: maps.cropped(to: crop.map), box: crop.map), crop))
    }

    @Test("the last block computes no more of its map than is decoded, and the same", arguments: boxes)
    func lastBlock(box: MapBox) throws {
        let pictures = Tensor.pictures(
            planes: Tensor(
                shape: [1, 3, Self.height, Self.width],
                values: TestFormula.frames(1, height: Self.height, width: Self.width)),
            hiding: masks)
        let encoded = network.encode(pictures, mask: masks)
        let whole = try #require(
            network.advance(encoded, past: [], decoding: DecoderCrop(height: Self.height, width: Self.width)).map)
        let crop = DecoderCrop(of: box, height: Self.height, width: Self.width)
        let part = try #require(network.advance(encoded, past: [], decoding: crop).map)
        #expect(part.box.contains(crop.map))
        let inside = part.map.cropped(to: crop.map.relative(to: part.box)).array
        let worst = zip(inside, whole.map.cropped(to: crop.map).array).map { abs($0 - $1) }.max() ?? 1
        #expect(worst <= 1e-5)
    }

    @Test("no more is computed than the layers see")
    func size() {
        let crop = DecoderCrop(of: MapBox(rows: 40..<80, columns: 100..<200), height: 240, width: 432)
        #expect(crop.fine == MapBox(rows: 38..<82, columns: 98..<202))
        // The doubling mixes two neighbours, the two convolutions see two places more on every side.
        #expect(crop.coarse == MapBox(rows: 16..<44, columns: 46..<104))
        let corner = DecoderCrop(of: MapBox(rows: 0..<4, columns: 428..<432), height: 240, width: 432)
        #expect(corner.fine == MapBox(rows: 0..<6, columns: 426..<432))
        #expect(corner.coarse == MapBox(rows: 0..<6, columns: 210..<216))
        #expect(corner.map == MapBox(rows: 0..<4, columns: 104..<108))
    }
}
