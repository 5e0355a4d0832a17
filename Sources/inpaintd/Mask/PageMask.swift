internal import Frames
internal import InpaintElement
internal import Masks
internal import MediaGraph

/// The expressions that a page may ask for: shapes, and what the command line named.
///
/// A page cannot learn of other files, not even whether they are there, and cannot have a plugin loaded.
struct PageMask: Sendable {
    /// The terms of the command line's expression.
    private let named: Set<MaskExpression>
    private let paths: Set<String>

    /// - Parameter text: the command line's expression; an empty one names nothing.
    ///
    /// Throws: `FrameError`.
    init(naming text: String) throws(FrameError) {
        let leaves =
            text.isEmpty
            ? []
            : try MaskExpression(
                text, fileExists: FileSystem.fileExists, folderExists: FileSystem.folderExists
            ).leaves
        named = Set(leaves)
        paths = Set(leaves.flatMap(\.paths))
    }

    /// Reads an expression; text without any is nil.
    ///
    /// Throws: `FrameError` with the column, or for a term that the page may not have.
    func expression(_ text: String) throws(FrameError) -> MaskExpression? {
        guard !text.allSatisfy(\.isWhitespace) else { return nil }
        let expression: MaskExpression
        do {
            expression = try MaskExpression(text, fileExists: paths.contains, folderExists: paths.contains)
        } catch  where error.code == .notFound {
            let place = error.detail.split(separator: "; ").last ?? ""
            throw FrameError(.badSetting, subject: error.subject, detail: "is not named by --mask; \(place)")
        }
        for leaf in expression.leaves where !leaf.isShape && !named.contains(leaf) {
            throw FrameError(
                .badSetting, subject: "mask",
                detail: "a page draws rect and poly; \(leaf.kind) must be named by --mask")
        }
        return expression
    }

    /// The mask of an expression, at whatever time its parts are there. What plugins, streams, boxes and alpha would add
    /// is not in it.
    ///
    /// Throws: `FrameError` for files that cannot be used.
    func mask(of text: String, width: Int, height: Int) throws -> Mask {
        guard let expression = try expression(text) else { return Mask(width: width, height: height) }
        let sources = MaskSources(
            picture: { try ImageFile.gray(contentsOf: $0) },
            drawing: { try ImageFile.gray(contentsOf: $0, width: $1, height: $2) },
            pictures: { folder in
                let paths = FileSystem.contents(of: folder)
                guard !paths.isEmpty else {
                    throw FrameError(.notFound, subject: folder, detail: "holds no pictures")
                }
                return paths
            }, plugin: { _ in Nothing() })
        let still = Frame(
            layout: FrameLayout(format: .rgb, width: width, height: height), pts: nil, duration: nil,
            storage: NoPixels())
        return try MaskPainter(expression.always, from: sources).paint(still, stream: nil).mask
    }

    /// What a plugin finds in a still.
    private final class Nothing: MaskSource {
        func mask(of frame: Frame) -> Mask? { Mask(width: frame.layout.width, height: frame.layout.height) }
        func flush() {}
    }

    /// Of a still only the size is looked at.
    private final class NoPixels: FrameStorage {
        func read<Result>(_ body: ([Plane]) throws -> Result) throws -> Result { try body([]) }
        func write<Result>(_ body: ([Plane]) throws -> Result) throws -> Result { try body([]) }
    }
}

extension MaskExpression {
    fileprivate var isShape: Bool {
        switch self {
        case .rectangle, .polygon: true
        default: false
        }
    }

    /// What a term begins with.
    fileprivate var kind: String {
        switch self {
        case .picture: "file:"
        case .drawing: "svg:"
        case .pictures: "frames:"
        case .stream: "stream"
        case .alpha: "alpha"
        case .objects: "roi:"
        case .plugin: "plugin:"
        default: "this"
        }
    }

    /// The same without its times and delays, and without the frame's alpha.
    fileprivate var always: MaskExpression {
        switch self {
        case .alpha: .stream
        case .during(_, let part), .delayed(let part, _), .held(let part, _): part.always
        case .union(let one, let other): .union(one.always, other.always)
        case .difference(let one, let other): .difference(one.always, other.always)
        case .intersection(let one, let other): .intersection(one.always, other.always)
        case .grown(let part, let steps): .grown(part.always, by: steps)
        case .shrunk(let part, let steps): .shrunk(part.always, by: steps)
        default: self
        }
    }
}
