extension [UInt8] {
    /// The colour of a pixel of a packed RGB picture.
    func color(at pixel: Int) -> SIMD3<UInt8> {
        SIMD3(self[3 * pixel], self[3 * pixel + 1], self[3 * pixel + 2])
    }

    mutating func setColor(_ color: SIMD3<UInt8>, at pixel: Int) {
        for component in 0..<3 { self[3 * pixel + component] = color[component] }
    }
}

extension SIMD3<UInt8> {
    /// The nearest colour of 8 bits.
    init(nearest color: SIMD3<Float>) {
        self.init(clamping: SIMD3<Int32>(color.rounded(.toNearestOrAwayFromZero)))
    }
}
