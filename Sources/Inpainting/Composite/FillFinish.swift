public import Frames

/// Finishes a region's fills so that their edge is not seen: their light and their grain follow those of the ring of real
/// pixels round the hole.
///
/// Used from one thread at a time, frame after frame.
public final class FillFinish {
    public struct Settings: Hashable, Sendable {
        /// Whether the light is matched.
        public var matches: Bool
        /// The share of the ring's grain that the fill gets, 0 to 1.
        public var grain: Double

        public init(matches: Bool = true, grain: Double = 0) {
            precondition((0...1).contains(grain), "grain is a share")
            self.matches = matches
            self.grain = grain
        }
    }

    /// Where a fill comes from.
    public enum Origin: Sendable {
        /// From the network, which drew the ring too.
        case network
        /// From the network, for an earlier frame.
        case earlier
        /// From elsewhere: outside of the hole it says nothing.
        case other
    }

    /// The share of a change in the light that one frame follows, so that nothing pumps.
    private static let lightPace: Float = 0.25
    /// Over which what the ring says fades into the hole: the further inside, the less it says. Units: network pixels.
    private static let fadingPixels = 8.0
    private static let grainPace: Float = 0.1
    /// Pixels of the network's round a hole that are its own, without those that scaling mixes with others'.
    private static let drawnPixels = 3.0
    /// The picture's grain is measured between these distances, so that no neighbour is of the hole. Units: samples.
    private static let grainDistances = 3...10

    /// The rings of one hole, by the components' shifts.
    private struct Rings {
        let parts: [AlphaMask]
        let byShifts: [SampleGrid.Shifts: HoleRing]
    }

    private let layout: FrameLayout
    private let region: Region
    private let settings: Settings
    private var rings: Rings?
    /// For each component; nil where nothing was measured.
    private var light: [Float?]
    private var grain: [Float?]
    private var lightOrigin = Origin.network

    public init(layout: FrameLayout, region: Region, settings: Settings) {
        self.layout = layout
        self.region = region
        self.settings = settings
        light = Array(repeating: nil, count: layout.format.components.count)
        grain = Array(repeating: nil, count: layout.format.components.count)
    }

    /// What is to be done to a frame's fill; nil where that is nothing.
    ///
    /// Ownership: borrows both pictures. `patch` holds the region alone, in the frame's format; `frame` the whole frame,
    /// into which this region's fill was not laid yet.
    ///
    /// - Parameter number: the frame's in the stream, from which its grain follows.
    public func retouch(
        _ patch: [Plane], over frame: [Plane], hole: Hole, from origin: Origin, number: Int
    ) -> Retouch? {
        let matches = settings.matches && origin != .other
        guard matches || settings.grain > 0, region.meets(hole) else { return nil }
        let rings = rings(round: hole.parts)
        if matches, origin != lightOrigin {
            // Another fill has another light.
            light = light.map { _ in nil }
            lightOrigin = origin
        }
        let components = layout.format.components.enumerated().map { (index, component) -> Retouch.Component? in
            let shifts = SampleGrid.Shifts(component)
            guard let ring = rings.byShifts[shifts] else { return nil }
            let picture = SampleReader(component, of: frame)
            let fill = SampleReader(
                component, of: patch, from: (region.box.x >> shifts.x, region.box.y >> shifts.y))
            let scale = component.bytesPerSample == 1 ? 1 : 4
            if matches { measureLight(index, fill, picture, ring, scale) }
            if settings.grain > 0 { measureGrain(index, fill, picture, ring, scale) }
            return retouch(index, ring, scale, number, matches: matches)
        }
        return components.contains { $0 != nil } ? Retouch(components: components) : nil
    }

    /// Forgets what was measured: another scene follows.
    public func reset() {
        light = light.map { _ in nil }
        grain = grain.map { _ in nil }
    }

    // MARK: Measuring

    private func rings(round parts: [AlphaMask]) -> Rings {
        if let rings, rings.parts == parts { return rings }
        let shifts = Set(layout.format.components.map(SampleGrid.Shifts.init))
        let new = Rings(
            parts: parts,
            byShifts: Dictionary(
                uniqueKeysWithValues: shifts.map { shifts in
                    let reach = Self.drawnPixels * Double(region.box.width) / Double(region.size.width)
                    let drawn = max(Int(reach) >> max(shifts.x, shifts.y), 1)
                    let ring = HoleRing(
                        round: parts, in: region.box, shifts, distances: [1...max(drawn, 2), Self.grainDistances])
                    return (shifts, ring)
                }))
        rings = new
        return new
    }

    private func measureLight(
        _ index: Int, _ fill: SampleReader, _ picture: SampleReader, _ ring: HoleRing, _ scale: Int
    ) {
        let offset = LightMatch.offset(
            of: fill, to: picture, in: ring.outside[0], scale: scale)
        guard let offset else { return }
        light[index] = light[index].map { $0 + Self.lightPace * (offset - $0) } ?? offset
    }

    private func measureGrain(
        _ index: Int, _ fill: SampleReader, _ picture: SampleReader, _ ring: HoleRing, _ scale: Int
    ) {
        let inner = SampleGrid.Shifts(layout.format.components[index]).samples(of: region.box).expanded(by: -1)
        guard let real = Grain.deviation(of: picture, in: ring.outside[1].compactMap { $0.clipped(to: inner) }),
            let own = Grain.deviation(of: fill, in: ring.inside.compactMap { $0.clipped(to: inner) })
        else { return }
        let missing = min(max(real * real - own * own, 0).squareRoot(), Grain.greatestDeviation * Float(scale))
        grain[index] = grain[index].map { $0 + Self.grainPace * (missing - $0) } ?? missing
    }

    /// What is added at each depth.
    private static func fading(_ offset: Float, over steps: Int) -> [Float] {
        (0..<steps).map { offset * (1 - Float($0) / Float(steps)) }
    }

    private func retouch(_ index: Int, _ ring: HoleRing, _ scale: Int, _ number: Int, matches: Bool) -> Retouch
        .Component?
    {
        let component = layout.format.components[index]
        let reach = Self.fadingPixels * Double(region.box.width) / Double(region.size.width)
        let steps = max(Int(reach) >> max(component.horizontalShift, component.verticalShift), 1)
        let shifts = matches ? light[index].map { offset in Self.fading(offset, over: steps) } ?? [] : []
        let deviation = (grain[index] ?? 0) * Float(settings.grain)
        let grain = deviation > 0 ? Grain(deviation: deviation, frame: number, component: index) : nil
        guard !shifts.isEmpty || grain != nil else { return nil }
        let limits = layout.nominalLevels(ofComponent: index)
        return Retouch.Component(
            shifts: shifts, depths: ring.depths, grain: grain,
            limits: Float(limits.lowerBound * scale)...Float(limits.upperBound * scale))
    }
}

extension HoleRing.Run {
    /// What of it lies in a box; nil where nothing does.
    fileprivate func clipped(to box: Rectangle) -> HoleRing.Run? {
        guard row >= box.y, row < box.bottom else { return nil }
        let columns = columns.clamped(to: box.x..<max(box.right, box.x))
        return columns.isEmpty ? nil : HoleRing.Run(row: row, columns: columns)
    }
}
