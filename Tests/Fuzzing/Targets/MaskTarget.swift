internal import Frames
internal import Masks

extension FuzzTarget {
    /// A mask expression, where every name that ends in `g` is a file, and every one that ends in `d` a folder.
    static let mask = FuzzTarget(name: "mask") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            let expression = try read(text)
            let painter = try MaskPainter(expression, from: sources)
            for (width, height) in [(1, 1), (7, 5), (7, 5), (64, 48)] {
                let layout = FrameLayout(format: .rgba, width: width, height: height)
                let frame = Frame(
                    layout: layout, pts: .zero, duration: nil, storage: PlainStorage(layout),
                    objects: [FrameObject(label: "a", box: Rectangle(x: 1, y: 0, width: 5, height: 99))])
                let mask = try painter.paint(frame, stream: picture).mask
                expect(
                    mask.pixels.count == width * height && mask.pixels.allSatisfy { $0 <= 1 },
                    "a mask of \(width)x\(height) is that large, and of zeros and ones")
            }
            guard let written = text.isEmpty ? nil : written(expression) else { return }
            let again = try read(written)
            expect(again == expression, "\(written) is \(expression), not \(again)")
        } catch let error as FrameError {
            expect(!error.detail.isEmpty && error.detail.isOneLine, "\(error) is one line")
        } catch {
            expect(false, "nothing else is thrown: \(error)")
        }
    }

    private static let picture = GrayImage(width: 3, height: 2, pixels: [0, 127, 128, 255, 0, 200])

    private static func read(_ text: String) throws(FrameError) -> MaskExpression {
        try MaskExpression(
            text, fileExists: { $0.utf8.last == UInt8(ascii: "g") }, folderExists: { $0.utf8.last == UInt8(ascii: "d") }
        )
    }

    private static var sources: MaskSources {
        MaskSources(
            picture: { _ in picture }, drawing: { _, _, _ in picture }, pictures: { _ in ["1", "2"] },
            plugin: { _ in SilentSource() })
    }

    /// An expression as text; nil where the grammar has none for it, or another one.
    private static func written(_ expression: MaskExpression) -> String? {
        switch expression {
        case .picture(let path):
            return path.contains("'") ? nil : "'\(path)'"
        case .rectangle(let box):
            let sides = [box.x, box.y, box.width, box.height].map { side in
                switch side {
                case .pixels(let count): "\(count)"
                case .percent(let share): "\(share)%"
                }
            }
            return sides.contains { $0.contains("e") } ? nil : "rect:\(sides.joined(separator: ","))"
        case .union(let first, let second):
            return joined(first, "+", second)
        case .difference(let first, let second):
            return joined(first, "-", second)
        case .intersection(let first, let second):
            return joined(first, " & ", second)
        case .stream:
            return "stream"
        case .alpha:
            return "alpha"
        case .grown(let part, let steps):
            return written(part).map { "grow(\($0),\(steps))" }
        case .shrunk(let part, let steps):
            return written(part).map { "shrink(\($0),\(steps))" }
        case .held(let part, let frames):
            return written(part).map { "hold(\($0),\(frames))" }
        case .delayed(let part, let frames):
            return written(part).map { "delay(\($0),\(frames))" }
        case .drawing, .pictures, .polygon, .objects, .plugin, .during:
            return nil
        }
    }

    private static func joined(_ first: MaskExpression, _ sign: String, _ second: MaskExpression) -> String? {
        guard let first = written(first), let second = written(second) else { return nil }
        return "(\(first))\(sign)(\(second))"
    }
}

/// Says nothing of any frame.
private final class SilentSource: MaskSource {
    func mask(of frame: Frame) -> Mask? { nil }
    func flush() {}
}

/// A frame's memory, all zero.
private final class PlainStorage: FrameStorage, @unchecked Sendable {  // Sendable because one thread uses it
    private let memory: UnsafeMutableRawBufferPointer
    private let stride: Int

    init(_ layout: FrameLayout) {
        stride = 4 * layout.width
        memory = .allocate(byteCount: stride * layout.height, alignment: 16)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { memory.deallocate() }

    func read<Result>(_ body: ([Plane]) throws -> Result) throws -> Result { try body(planes) }
    func write<Result>(_ body: ([Plane]) throws -> Result) throws -> Result { try body(planes) }

    private var planes: [Plane] { memory.baseAddress.map { [Plane(base: $0, strideBytes: stride)] } ?? [] }
}
