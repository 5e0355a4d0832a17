public import PluginKit

/// Marks what moves before a camera that stands still, or drifts slowly.
///
/// Each pixel of a small picture has a background of its own, a mean and a variance of what was there. What is far from
/// it is foreground. A camera that drifts shifts the background along.
///
/// Source: the running average of Wren, Azarbayejani, Darrell and Pentland, "Pfinder", 1997, with one mode a pixel.
public final class MaskMotion: MaskPlugin {
    public static let name = "mask-motion"
    public static let version = "1.0"
    public static let summary = "What moves before a camera that stands still or drifts slowly"
    public static let picture = PluginPicture.luma
    public static let settings = [
        PluginSetting(
            "sensitivity", .number(1...10, 4), "How few deviations from the background make foreground: 10 is the most"),
        PluginSetting(
            "smallest", .number(0...0.5, 0.002), unit: "shares of the frame", "What is smaller is not marked"),
        PluginSetting("grow", .integer(0...100, 8), unit: "pixels", "How far what is found is grown on each side"),
        PluginSetting("hold", .integer(0...250, 3), unit: "frames", "How long what was found stays"),
        PluginSetting(
            "memory", .integer(8...2000, 100), unit: "frames", "How fast the background follows what does not move"),
        PluginSetting("drift", .boolean(true), "Whether the camera may move slowly"),
    ]

    /// Columns of the small picture: enough for a person in the distance.
    private static let widest = 320
    /// How far a camera may drift between two frames. Units: pixels of the small picture.
    private static let farthestDrift = 6
    /// The share of a frame above which it is not motion but another scene.
    private static let mostMotion = 0.6
    /// What noise and compression do to a pixel at least. Units: squared steps of luma.
    private static let leastVariance: Float = 16
    /// What is taken for it where little is known yet.
    fileprivate static let firstVariance: Float = 64

    private let threshold: Float
    private let smallest: Double
    private let grow: Int
    private let hold: Int
    private let memory: Float
    private let drifts: Bool

    private var background: Background?
    private var held: [UInt8] = []

    fileprivate struct Background {
        let width: Int
        let height: Int
        var means: [Float]
        var variances: [Float]
        var frames: Float = 1
    }

    public init(_ values: PluginValues) {
        // From 5.5 deviations at the least to 1.5 at the most.
        let deviations = Float(6 - 0.45 * values.number("sensitivity"))
        threshold = deviations * deviations
        smallest = values.number("smallest")
        grow = values.integer("grow")
        hold = values.integer("hold")
        memory = Float(values.integer("memory"))
        drifts = values.boolean("drift")
    }

    public func flush() {
        background = nil
        held = []
    }

    public func find(in frame: PluginFrame, mask: PluginMask) {
        let small = ReducedLuma(frame.luma, widest: Self.widest)
        guard var background, background.width == small.width, background.height == small.height else {
            return begin(with: small)
        }
        self.background = nil
        if drifts { background.shift(by: shift(of: small, over: background), to: small) }
        var moving = foreground(of: small, over: background)
        // Another scene, or a light that went on: there is nothing to compare with.
        if Double(moving.pixels.count { $0 != 0 }) > Self.mostMotion * Double(moving.pixels.count) {
            return begin(with: small)
        }
        moving = moving.dense(share: 0.4, byColumns: 1, rows: 1)
        let least = max(2, Int(smallest * Double(moving.pixels.count)))
        moving = moving.dilated(by: 2).eroded(by: 2).keeping { $0.area >= least }
        learn(small, &background, moving)
        self.background = background

        for index in held.indices {
            held[index] = moving.pixels[index] != 0 ? UInt8(min(hold, 254) + 1) : held[index] - min(held[index], 1)
        }
        var shown = Bitmap(width: small.width, height: small.height)
        for index in held.indices where held[index] != 0 { shown.pixels[index] = 1 }
        let radius = (grow + small.factor - 1) / small.factor
        (radius > 0 ? shown.dilated(by: radius) : shown).paint(on: mask, factor: small.factor)
    }

    /// Takes a frame for the background.
    private func begin(with small: ReducedLuma) {
        background = Background(
            width: small.width, height: small.height, means: small.pixels.map(Float.init),
            variances: [Float](repeating: Self.firstVariance, count: small.pixels.count))
        held = [UInt8](repeating: 0, count: small.pixels.count)
    }

    private func foreground(of small: ReducedLuma, over background: Background) -> Bitmap {
        var moving = Bitmap(width: small.width, height: small.height)
        moving.pixels.withUnsafeMutableBufferPointer { moving in
            small.pixels.withUnsafeBufferPointer { pixels in
                background.means.withUnsafeBufferPointer { means in
                    background.variances.withUnsafeBufferPointer { variances in
                        for index in 0..<pixels.count {
                            let distance = Float(pixels[index]) - means[index]
                            moving[index] = distance * distance > threshold * variances[index] ? 1 : 0
                        }
                    }
                }
            }
        }
        return moving
    }

    /// Takes in what does not move; what moves only slowly becomes background.
    private func learn(_ small: ReducedLuma, _ background: inout Background, _ moving: Bitmap) {
        background.frames = min(background.frames + 1, memory)
        let (fast, slow) = (1 / background.frames, 1 / (8 * memory))
        background.means.withUnsafeMutableBufferPointer { means in
            background.variances.withUnsafeMutableBufferPointer { variances in
                for index in 0..<means.count {
                    let distance = Float(small.pixels[index]) - means[index]
                    if moving.pixels[index] != 0 {
                        means[index] += slow * distance
                        continue
                    }
                    means[index] += fast * distance
                    let variance = variances[index] + fast * (distance * distance - variances[index])
                    variances[index] = max(Self.leastVariance, min(variance, 1000))
                }
            }
        }
    }

    /// How far the picture has moved over the background: where the sums of its columns and rows fit best.
    private func shift(of small: ReducedLuma, over background: Background) -> (x: Int, y: Int) {
        let (width, height) = (small.width, small.height)
        var columns = ([Float](repeating: 0, count: width), [Float](repeating: 0, count: width))
        var rows = ([Float](repeating: 0, count: height), [Float](repeating: 0, count: height))
        for y in 0..<height {
            var sums: (Float, Float) = (0, 0)
            for x in 0..<width {
                let (now, before) = (Float(small.pixels[y * width + x]), background.means[y * width + x])
                columns.0[x] += now
                columns.1[x] += before
                sums.0 += now
                sums.1 += before
            }
            (rows.0[y], rows.1[y]) = sums
        }
        return (Self.offset(of: columns.0, over: columns.1), Self.offset(of: rows.0, over: rows.1))
    }

    private static func offset(of now: [Float], over before: [Float]) -> Int {
        let reach = min(farthestDrift, now.count / 4)
        // Slopes, so that a light that goes on does not count as motion.
        let (now, before) = (zip(now.dropFirst(), now).map { $0 - $1 }, zip(before.dropFirst(), before).map { $0 - $1 })
        var best = (offset: 0, error: Float.infinity)
        for offset in (-reach...reach).sorted(by: { abs($0) < abs($1) }) {
            var error: Float = 0
            for index in reach..<now.count - reach { error += abs(now[index + offset] - before[index]) }
            // What stands still stands still unless much speaks for motion.
            if error * (offset == 0 ? 0.8 : 1) < best.error { best = (offset, error * (offset == 0 ? 0.8 : 1)) }
        }
        return best.offset
    }
}

extension MaskMotion.Background {
    /// Moves along; what comes in at an edge is as it is seen now.
    fileprivate mutating func shift(by offset: (x: Int, y: Int), to small: ReducedLuma) {
        guard offset != (0, 0) else { return }
        let (means, variances) = (means, variances)
        for y in 0..<height {
            for x in 0..<width {
                let (column, row) = (x - offset.x, y - offset.y)
                let isNew = column < 0 || column >= width || row < 0 || row >= height
                let source = row * width + column
                self.means[y * width + x] = isNew ? Float(small.pixels[y * width + x]) : means[source]
                self.variances[y * width + x] = isNew ? MaskMotion.firstVariance : variances[source]
            }
        }
    }
}
