internal import Frames

/// One term of an expression as it is painted, with what it remembers.
protocol MaskNode: AnyObject {
    func mask(of scene: inout MaskScene) throws -> Mask
    func flush()
}

extension MaskNode {
    func flush() {}
}

extension MaskExpression {
    func node(from sources: MaskSources) throws -> any MaskNode {
        if isStationary { return try StationaryNode(StationaryPart(self, from: sources)) }
        switch self {
        case .picture, .drawing, .rectangle, .polygon:
            preconditionFailure("it is stationary")
        case .pictures(let folder):
            return try FolderNode(sources.pictures(folder), read: sources.picture)
        case .stream:
            return StreamNode()
        case .alpha:
            return SceneNode { scene in
                guard let mask = try Mask(opaqueIn: scene.frame) else {
                    throw FrameError(
                        .badSetting, subject: "mask",
                        detail:
                            "it names alpha, and \(scene.frame.layout.format.rawValue) has none: expected RGBA, BGRA or A420"
                    )
                }
                return mask
            }
        case .objects(let label):
            return SceneNode { scene in
                let boxes = scene.frame.objects.filter { label.isEmpty || $0.label == label }.map(\.box)
                return Mask(filling: boxes, width: scene.width, height: scene.height)
            }
        case .plugin(let call):
            return PluginNode(try sources.plugin(call))
        case .union(let one, let other):
            return try JoinNode(one.node(from: sources), other.node(from: sources)) { $0.union($1) }
        case .difference(let one, let other):
            return try JoinNode(one.node(from: sources), other.node(from: sources)) { $0.subtracting($1) }
        case .intersection(let one, let other):
            return try JoinNode(one.node(from: sources), other.node(from: sources)) { $0.intersection($1) }
        case .grown(let part, let steps):
            return try ChangeNode(part.node(from: sources)) { $0.grown(by: steps) }
        case .shrunk(let part, let steps):
            return try ChangeNode(part.node(from: sources)) { $0.shrunk(by: steps) }
        case .held(let part, let frames):
            return try HoldNode(part.node(from: sources), frames: frames)
        case .delayed(let part, let frames):
            return try DelayNode(part.node(from: sources), frames: frames)
        case .during(let spans, let part):
            return try TimedNode(part.node(from: sources), spans: spans)
        }
    }

    /// Whether its mask is the same in every frame of one size.
    var isStationary: Bool {
        switch self {
        case .picture, .drawing, .rectangle, .polygon: true
        case .union, .difference, .intersection, .grown, .shrunk: parts.allSatisfy(\.isStationary)
        case .pictures, .stream, .alpha, .objects, .plugin, .held, .delayed, .during: false
        }
    }
}

// MARK: The same in every frame

/// Shapes and pictures with all that joins them, painted once for each size.
private final class StationaryNode: MaskNode {
    private let part: StationaryPart
    private var latest: Mask?

    init(_ part: StationaryPart) {
        self.part = part
    }

    func mask(of scene: inout MaskScene) throws -> Mask {
        if let latest, latest.width == scene.width, latest.height == scene.height { return latest }
        let mask = try part.mask(width: scene.width, height: scene.height)
        latest = mask
        return mask
    }
}

/// A stationary expression with its pictures read.
private struct StationaryPart {
    private let expression: MaskExpression
    private let pictures: [String: GrayImage]
    private let draw: (String, Int, Int) throws -> GrayImage

    init(_ expression: MaskExpression, from sources: MaskSources) throws {
        self.expression = expression
        draw = sources.drawing
        var pictures: [String: GrayImage] = [:]
        for case .picture(let path) in expression.leaves where pictures[path] == nil {
            pictures[path] = try sources.picture(path)
        }
        // What cannot be drawn is told now, and not with the first frame.
        for case .drawing(let path) in expression.leaves { _ = try draw(path, 16, 16) }
        self.pictures = pictures
    }

    func mask(width: Int, height: Int) throws -> Mask { try mask(of: expression, width, height) }

    private func mask(of expression: MaskExpression, _ width: Int, _ height: Int) throws -> Mask {
        switch expression {
        case .picture(let path):
            guard let picture = pictures[path] else { preconditionFailure("every picture is read before it is used") }
            return Mask(whiteOf: picture, width: width, height: height)
        case .drawing(let path):
            return Mask(whiteOf: try draw(path, width, height), width: width, height: height)
        case .rectangle(let rectangle):
            return Mask(filling: [rectangle.box(width: width, height: height)], width: width, height: height)
        case .polygon(let polygon):
            return polygon.mask(width: width, height: height)
        case .union(let one, let other):
            return try mask(of: one, width, height).union(mask(of: other, width, height))
        case .difference(let one, let other):
            return try mask(of: one, width, height).subtracting(mask(of: other, width, height))
        case .intersection(let one, let other):
            return try mask(of: one, width, height).intersection(mask(of: other, width, height))
        case .grown(let part, let steps):
            return try mask(of: part, width, height).grown(by: steps)
        case .shrunk(let part, let steps):
            return try mask(of: part, width, height).shrunk(by: steps)
        case .pictures, .stream, .alpha, .objects, .plugin, .held, .delayed, .during:
            preconditionFailure("it is not stationary")
        }
    }
}

// MARK: Another one in each frame

/// What the mask pad brings: often the same picture for many frames.
private final class StreamNode: MaskNode {
    private var latest: (picture: GrayImage?, mask: Mask)?

    func mask(of scene: inout MaskScene) throws -> Mask {
        let (width, height) = (scene.width, scene.height)
        if let latest, latest.picture == scene.stream, latest.mask.width == width, latest.mask.height == height {
            return latest.mask
        }
        let mask = scene.stream.map { Mask(whiteOf: $0, width: width, height: height) } ?? scene.empty
        latest = (scene.stream, mask)
        return mask
    }
}

/// What the frame itself brings.
private final class SceneNode: MaskNode {
    private let paint: (MaskScene) throws -> Mask

    init(_ paint: @escaping (MaskScene) throws -> Mask) {
        self.paint = paint
    }

    func mask(of scene: inout MaskScene) throws -> Mask { try paint(scene) }
}

/// A picture of a folder for each frame.
private final class FolderNode: MaskNode {
    private let paths: [String]
    private let read: (String) throws -> GrayImage
    private var next = 0
    private var picture: GrayImage?

    init(_ paths: [String], read: @escaping (String) throws -> GrayImage) throws {
        self.paths = paths
        self.read = read
        // One that is no picture is told now.
        picture = try paths.first.map(read)
    }

    func mask(of scene: inout MaskScene) throws -> Mask {
        if next > 0, next < paths.count { picture = try read(paths[next]) }
        next = min(next + 1, paths.count)
        return picture.map { Mask(whiteOf: $0, width: scene.width, height: scene.height) } ?? scene.empty
    }
}

private final class PluginNode: MaskNode {
    private let source: any MaskSource
    private var latest: Mask?

    init(_ source: any MaskSource) {
        self.source = source
    }

    func mask(of scene: inout MaskScene) throws -> Mask {
        let found = try source.mask(of: scene.frame)
        scene.overlays += source.overlays.filter { $0.frame == scene.frame.layout.bounds }
        if let mask = found {
            latest = mask
            return mask
        }
        scene.isMissingPart = true
        guard let latest, latest.width == scene.width, latest.height == scene.height else { return scene.empty }
        return latest
    }

    func flush() {
        latest = nil
        source.flush()
    }
}

// MARK: Made of others

private final class JoinNode: MaskNode {
    private let one: any MaskNode
    private let other: any MaskNode
    private let join: (Mask, Mask) -> Mask
    private var latest: (parts: [Mask], joined: Mask)?

    init(_ one: any MaskNode, _ other: any MaskNode, _ join: @escaping (Mask, Mask) -> Mask) {
        (self.one, self.other, self.join) = (one, other, join)
    }

    func mask(of scene: inout MaskScene) throws -> Mask {
        let parts = [try one.mask(of: &scene), try other.mask(of: &scene)]
        if let latest, latest.parts == parts { return latest.joined }
        let joined = join(parts[0], parts[1])
        latest = (parts, joined)
        return joined
    }

    func flush() {
        one.flush()
        other.flush()
    }
}

private final class ChangeNode: MaskNode {
    private let part: any MaskNode
    private let change: (Mask) -> Mask
    private var latest: (before: Mask, after: Mask)?

    init(_ part: any MaskNode, _ change: @escaping (Mask) -> Mask) {
        (self.part, self.change) = (part, change)
    }

    func mask(of scene: inout MaskScene) throws -> Mask {
        let before = try part.mask(of: &scene)
        if let latest, latest.before == before { return latest.after }
        let after = change(before)
        latest = (before, after)
        return after
    }

    func flush() { part.flush() }
}

private final class HoldNode: MaskNode {
    private let part: any MaskNode
    private let frames: Int
    /// For each pixel the frames for which it still is a hole.
    private var left: (width: Int, counts: [UInt16])?

    init(_ part: any MaskNode, frames: Int) {
        (self.part, self.frames) = (part, frames)
    }

    func mask(of scene: inout MaskScene) throws -> Mask {
        let now = try part.mask(of: &scene)
        var counts: [UInt16]
        if let left, left.width == now.width, left.counts.count == now.pixels.count {
            counts = left.counts
            self.left = nil
        } else {
            counts = [UInt16](repeating: 0, count: now.pixels.count)
        }
        let full = UInt16(frames) + 1
        let pixels = [UInt8](unsafeUninitializedCapacity: counts.count) { pixels, count in
            now.pixels.withUnsafeBufferPointer { now in
                counts.withUnsafeMutableBufferPointer { counts in
                    for index in 0..<counts.count {
                        counts[index] = now[index] != 0 ? full : counts[index] - min(counts[index], 1)
                        pixels[index] = counts[index] > 0 ? 1 : 0
                    }
                    count = counts.count
                }
            }
        }
        left = (now.width, counts)
        return Mask(width: now.width, height: now.height, pixels: pixels)
    }

    func flush() {
        left = nil
        part.flush()
    }
}

private final class DelayNode: MaskNode {
    private let part: any MaskNode
    private let frames: Int
    private var past: [Mask] = []

    init(_ part: any MaskNode, frames: Int) {
        (self.part, self.frames) = (part, frames)
    }

    func mask(of scene: inout MaskScene) throws -> Mask {
        let now = try part.mask(of: &scene)
        if past.first.map({ $0.width != now.width || $0.height != now.height }) ?? false { past = [] }
        past.append(now)
        return past.count > frames ? past.removeFirst() : scene.empty
    }

    func flush() {
        past = []
        part.flush()
    }
}

private final class TimedNode: MaskNode {
    private let part: any MaskNode
    private let spans: [MaskSpan]

    init(_ part: any MaskNode, spans: [MaskSpan]) {
        (self.part, self.spans) = (part, spans)
    }

    func mask(of scene: inout MaskScene) throws -> Mask {
        // Asked in any case: what learns from frames learns from all of them.
        let mask = try part.mask(of: &scene)
        return spans.contains { $0.contains(scene.frame.pts) } ? mask : scene.empty
    }

    func flush() { part.flush() }
}
