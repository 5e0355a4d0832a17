internal import Frames

/// What is changed of a fill's samples before they are laid over a frame.
public struct Retouch {
    /// One component's.
    struct Component {
        /// What is added at each depth, from the hole's edge on; what lies deeper stays. Units: levels.
        let shifts: [Float]
        let depths: [SampleDepths]
        let grain: Grain?
        /// What no change leads out of. Units: levels.
        let limits: ClosedRange<Float>

        /// - Parameter level: below the number of the component's levels.
        func level(_ level: Int, _ column: Int, _ row: Int) -> Int {
            let before = Float(level)
            var after = before
            if !shifts.isEmpty, let depth = depths.lazy.compactMap({ $0.depth(column, row) }).first,
                depth <= shifts.count
            {
                after += shifts[depth - 1]
            }
            if let grain { after += grain.noise(column, row) }
            // A fill that is outside already may stay so.
            let (low, high) = (min(limits.lowerBound, before), max(limits.upperBound, before))
            return Int((min(max(after, low), high)).rounded())
        }
    }

    /// In the order of the format's components; nil where nothing changes.
    let components: [Component?]
}

extension FrameLayout {
    /// The levels between which a component's samples lie, of 256.
    func nominalLevels(ofComponent index: Int) -> ClosedRange<Int> {
        let isYUV = format.components.contains { $0.horizontalShift > 0 }
        let range = colorimetry.split(separator: ":").first
        let isFull = range == "1" || colorimetry == "sRGB"
        guard !isFull, isYUV || range == "2" else { return 0...255 }
        return index == 0 || !isYUV ? 16...235 : 16...240
    }
}
