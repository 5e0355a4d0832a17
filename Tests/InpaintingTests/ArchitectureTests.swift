import Inpainting
import Testing

@Suite struct ArchitectureTests {
    @Test("the published network's multiply-adds at 432x240")
    func multiplyAdds() {
        let work = STTNConfiguration.full.multiplyAdds(width: 432, height: 240)
        // Outputs × inputs × places, 9 times for a 3×3 kernel.
        #expect(work.encoder == 9 * ((3 * 64 + 64 * 64) * 216 * 120 + (64 * 128 + 128 * 256) * 108 * 60))
        #expect(work.blocks == 8 * 256 * 256 * (3 + 27) * 108 * 60)
        #expect(work.decoder == 9 * ((256 * 128 + 128 * 64) * 216 * 120 + (64 * 64 + 64 * 3) * 432 * 240))
        #expect(work.total == 118_867_046_400)
    }

    @Test("the compact network is that of the default weights")
    func compact() throws {
        #expect(try STTNConfiguration(of: WeightFile.embedded()) == .compact)
    }

    @Test("random weights fit their network, are the same again, and keep their deviation")
    func randomWeights() throws {
        let file = WeightFile.random(.compact)
        #expect(file.tensors == WeightFile.random(.compact).tensors)
        #expect(file.tensors != WeightFile.random(.compact, seed: 2).tensors)
        let shapes = STTNConfiguration.compact.tensorShapes
        #expect(file.tensors.count == shapes.count)
        for (name, shape) in shapes { #expect(file.tensors[name]?.shape == shape) }
        let values = try #require(file.tensors["encoder.2.weight"]).values
        let deviation = (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
        #expect(abs(deviation * Float(9 * 64).squareRoot() - 1.387) < 0.03)
    }
}
