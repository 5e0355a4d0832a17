public import PluginKit

/// Finds a static overlay by itself: a station's logo, a clock's frame.
///
/// A picture that moves has another gradient at each place from frame to frame; that of an overlay stays. Where the mean
/// of a pixel's gradients is nearly as long as they are on the average, the gradient has never moved. Only what moves says
/// something: a block counts in the frames in which it, or a block beside it, has changed.
///
/// Source: the consistent gradients of Dekel, Rubinstein, Liu and Freeman, "On the Effectiveness of Visible Watermarks",
/// CVPR 2017, with means in place of medians.
public final class MaskLogo: MaskPlugin {
    public static let name = "mask-logo"
    public static let version = "1.1"
    public static let summary = "A static overlay, found by gradients that never move"
    public static let picture = PluginPicture.yuv420
    public static let settings = [
        PluginSetting(
            "learn", .integer(10...100_000, 1500), unit: "moving frames",
            "How many frames count: what is older is forgotten slowly"),
        PluginSetting(
            "first", .integer(5...10_000, 50), unit: "moving frames", "How many it takes before anything is marked"),
        PluginSetting(
            "contrast", .number(1...100, 8), unit: "steps of luma", "The least gradient of an overlay's edge"),
        PluginSetting(
            "consistency", .number(0.3...1, 0.75), "The share of a gradient's length that never moves at least"),
        PluginSetting("grow", .integer(0...100, 3), unit: "pixels", "How far what is found is grown on each side"),
        PluginSetting(
            "where", .choice(["corners", "edges", "all"], "corners"),
            "The corners, the outer third on each side, or all of the frame"),
        PluginSetting(
            "largest", .number(0.001...1, 0.1), unit: "shares of the frame", "What is larger is scenery, and no logo"),
        PluginSetting(
            "alpha", .choice(["fill", "estimate"], "fill"),
            "What shows through an overlay is filled like all else, or found out from what the overlay is made of"),
    ]

    private static let widest = 480
    /// The blocks' sides. Units: pixels of the small picture.
    private static let block = 8
    /// Blocks that differ less from the frame before have not moved. Units: steps of luma, mean.
    private static let leastMotion = 3

    private let memory: Float
    private let first: Float
    private let contrast: Float
    private let consistency: Float
    private let grow: Int
    private let place: String
    private let largest: Double
    private let isEstimated: Bool

    private var size = (width: 0, height: 0)
    private var before: [UInt8] = []
    /// Means of the gradients, and of their lengths.
    private var across: [Float] = []
    private var down: [Float] = []
    private var lengths: [Float] = []
    /// For each block the frames that have counted.
    private var counts: [Float] = []
    private var sinceLook = 0
    private var found: Bitmap?
    /// What hangs together of what was found, and what is learnt of it.
    private var groups: [Group] = []
    private var lastVersion: UInt64 = 0

    private struct Group {
        /// In pixels of the frame.
        let box: (left: Int, top: Int, right: Int, bottom: Int)
        let estimate: OverlayEstimate
    }

    public init(_ values: PluginValues) throws {
        guard values.integer("first") <= values.integer("learn") else {
            throw PluginProblem("first is greater than learn: nothing would ever be marked")
        }
        memory = Float(values.integer("learn"))
        first = Float(values.integer("first"))
        contrast = Float(values.number("contrast"))
        consistency = Float(values.number("consistency"))
        grow = values.integer("grow")
        place = values.text("where")
        largest = values.number("largest")
        isEstimated = values.text("alpha") == "estimate"
    }

    /// A cut or a gap takes nothing from an overlay: it is still there behind it.
    public func flush() { before = [] }

    public func find(in frame: PluginFrame, mask: PluginMask) {
        let small = ReducedLuma(frame.luma, widest: Self.widest)
        if size != (small.width, small.height) {
            size = (small.width, small.height)
            let none = [Float](repeating: 0, count: small.pixels.count)
            (across, down, lengths, before, found, groups) = (none, none, none, [], nil, [])
            counts = [Float](repeating: 0, count: columns * rows)
        }
        let moving = movingBlocks(of: small)
        before = small.pixels
        learn(small, in: moving)
        // Looking costs more than learning, and what is found changes slowly.
        sinceLook += 1
        if sinceLook >= 10 {
            (found, sinceLook) = (look(), 0)
            if isEstimated { group(factor: small.factor, width: frame.width, height: frame.height) }
        }
        guard let found else { return }
        let radius = (grow + small.factor - 1) / small.factor
        (radius > 0 ? found.dilated(by: radius) : found).paint(on: mask, factor: small.factor)
        for group in groups {
            group.estimate.look(
                at: frame, counts: isMoving(group.estimate, in: moving, small.factor), hidden: group.box)
            group.estimate.overlay?.paint(on: mask)
        }
    }

    public var overlays: [PluginOverlay] { groups.compactMap(\.estimate.overlay) }

    // MARK: What overlays are made of

    /// Joins what lies close together of what was found, and keeps what was learnt of it.
    private func group(factor: Int, width: Int, height: Int) {
        let reach = max(4, size.width / 50)
        let known = groups.map(\.estimate)
        let around = grow + 2 * factor
        var groups: [Group] = []
        for part in found?.dilated(by: reach).components() ?? [] {
            let box = (
                left: max((part.left + reach) * factor - around, 0), top: max((part.top + reach) * factor - around, 0),
                right: min((part.right - reach) * factor + around, width),
                bottom: min((part.bottom - reach) * factor + around, height)
            )
            guard box.left < box.right, box.top < box.bottom else { continue }
            let kept = known.first { estimate in
                estimate.holds(
                    left: box.left, top: box.top, right: box.right, bottom: box.bottom, frameWidth: width,
                    frameHeight: height)
            }
            if let kept {
                if !groups.contains(where: { $0.estimate === kept }) { groups.append(Group(box: box, estimate: kept)) }
                continue
            }
            let margin = max(16, (box.right - box.left + box.bottom - box.top) / 8)
            let (left, top) = (max(box.left - margin, 0) / 2 * 2, max(box.top - margin, 0) / 2 * 2)
            let (right, bottom) = (min(box.right + margin, width), min(box.bottom + margin, height))
            guard (right - left) * (bottom - top) <= OverlayEstimate.largest else { continue }
            let estimate = OverlayEstimate(
                x: left, y: top, width: right - left, height: bottom - top, memory: memory, first: 4 * first,
                nextVersion: { [weak self] in self?.takeVersion() ?? 0 })
            groups.append(Group(box: box, estimate: estimate))
        }
        self.groups = groups
    }

    private func takeVersion() -> UInt64 {
        lastVersion += 1
        return lastVersion
    }

    /// Whether enough of the picture round an overlay moves to learn from it.
    private func isMoving(_ estimate: OverlayEstimate, in moving: Bitmap, _ factor: Int) -> Bool {
        let side = Self.block * factor
        var (all, changed) = (0, 0)
        for row in estimate.y / side...min((estimate.y + estimate.height - 1) / side, rows - 1) {
            for column in estimate.x / side...min((estimate.x + estimate.width - 1) / side, columns - 1) {
                all += 1
                changed += Int(moving.pixels[row * columns + column])
            }
        }
        return 4 * changed >= all
    }

    private var columns: Int { (size.width + Self.block - 1) / Self.block }
    private var rows: Int { (size.height + Self.block - 1) / Self.block }

    /// The blocks that have changed since the frame before, and those beside them.
    private func movingBlocks(of small: ReducedLuma) -> Bitmap {
        var moving = Bitmap(width: columns, height: rows)
        guard before.count == small.pixels.count else { return moving }
        for row in 0..<rows {
            for column in 0..<columns {
                let (left, top) = (column * Self.block, row * Self.block)
                let (right, bottom) = (min(left + Self.block, size.width), min(top + Self.block, size.height))
                var difference = 0
                before.withUnsafeBufferPointer { before in
                    small.pixels.withUnsafeBufferPointer { now in
                        for y in top..<bottom {
                            for index in y * small.width + left..<y * small.width + right {
                                difference += abs(Int(before[index]) - Int(now[index]))
                            }
                        }
                    }
                }
                if difference > Self.leastMotion * (right - left) * (bottom - top) {
                    moving.pixels[row * columns + column] = 1
                }
            }
        }
        return moving.dilated(by: 1)
    }

    private func learn(_ small: ReducedLuma, in moving: Bitmap) {
        let (width, height) = size
        let block = Self.block
        for index in counts.indices where moving.pixels[index] != 0 { counts[index] = min(counts[index] + 1, memory) }
        small.pixels.withUnsafeBufferPointer { pixels in
            across.withUnsafeMutableBufferPointer { across in
                down.withUnsafeMutableBufferPointer { down in
                    lengths.withUnsafeMutableBufferPointer { lengths in
                        for y in 1..<max(height - 1, 1) {
                            for column in 0..<columns where moving.pixels[y / block * columns + column] != 0 {
                                let rate = 1 / counts[y / block * columns + column]
                                let left = max(column * block, 1)
                                for index in y * width + left..<y * width
                                    + max(left, min((column + 1) * block, width - 1))
                                {
                                    let x = (Float(pixels[index + 1]) - Float(pixels[index - 1])) / 2
                                    let y = (Float(pixels[index + width]) - Float(pixels[index - width])) / 2
                                    across[index] += rate * (x - across[index])
                                    down[index] += rate * (y - down[index])
                                    lengths[index] += rate * ((x * x + y * y).squareRoot() - lengths[index])
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Whether a pixel lies where is looked.
    private func isLookedAt(_ x: Int, _ y: Int) -> Bool {
        let isOuterColumn = x < size.width / 3 || x >= size.width - size.width / 3
        let isOuterRow = y < size.height / 3 || y >= size.height - size.height / 3
        return switch place {
        case "corners": isOuterColumn && isOuterRow
        case "edges": isOuterColumn || isOuterRow
        default: true
        }
    }

    private func look() -> Bitmap {
        let (width, height) = size
        var edges = Bitmap(width: width, height: height)
        for y in 0..<height {
            for x in 0..<width where isLookedAt(x, y) {
                let index = y * width + x
                guard counts[y / Self.block * columns + x / Self.block] >= first else { continue }
                let length = (across[index] * across[index] + down[index] * down[index]).squareRoot()
                if length > contrast, length > consistency * lengths[index] { edges.pixels[index] = 1 }
            }
        }
        // An overlay is its edges and what lies between them; single edges of scenery are too thin to hang together.
        let reach = max(2, width / 100)
        let together = edges.dense(share: 0.15, byColumns: reach, rows: reach)
        let joined = together.dilated(by: reach).eroded(by: reach)
        let most = largest * Double(width * height)
        let overlays = joined.keeping { Double($0.area) <= most && $0.area > 4 * reach * reach }
        for index in edges.pixels.indices where overlays.pixels[index] == 0 { edges.pixels[index] = 0 }
        return edges.dilated(by: reach).eroded(by: reach)
    }
}
