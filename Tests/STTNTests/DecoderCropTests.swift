import Inpainting
import Networks
import TestFormula
import Testing

@Suite(.serialized) struct DecoderCropTests {
    private static let (width, height) = (144, 96)

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
        let grids = [1, 3, 6, 12].map { STTNConfiguration.Grid(columns: $0, rows: $0) }
        let network = try STTN(
            weights: Architecture.compact.weights, configuration: Architecture.compact.configuration(grids: grids),
            threads: 2)
        let maps = Tensor(
            shape: [1, Self.height / 4, Self.width / 4, 64],
            values: TestFormula.series("stage.maps", count: Self.height * Self.width * 4))
        let whole = network.decode(maps).cropped(to: box)
        let crop = network.decode(maps, box: box)
        try #require(crop.shape == whole.shape)
        let worst = zip(crop.array, whole.array).map { abs($0 - $1) }.max() ?? 1
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
    }
}
