/// What a mask is made of: pictures, shapes, streams and plugins, joined, and changed in place and time.
///
/// The text form is parsed by `init(_:fileExists:folderExists:)`; see there for the grammar.
public indirect enum MaskExpression: Hashable, Sendable {
    /// The white of a picture file.
    case picture(path: String)
    /// The white of an SVG file, drawn in the frame's size.
    case drawing(path: String)
    /// The white of a folder's pictures, one a frame in the order of their names; the last one stays.
    case pictures(folder: String)
    case rectangle(MaskRectangle)
    case polygon(MaskPolygon)
    /// What the mask pad brings.
    case stream
    /// The white of the frame's own alpha: where it is opaque.
    case alpha
    /// The boxes that the frame carries under this label; an empty one is every label.
    case objects(label: String)
    case plugin(PluginCall)

    case union(MaskExpression, MaskExpression)
    case difference(MaskExpression, MaskExpression)
    case intersection(MaskExpression, MaskExpression)

    /// Wider by so many steps, a step going to one of the four neighbours.
    case grown(MaskExpression, by: Int)
    /// Narrower by so many steps; the frame's edge is no edge.
    case shrunk(MaskExpression, by: Int)
    /// What was a hole stays one for so many frames more.
    case held(MaskExpression, frames: Int)
    /// As it was so many frames ago.
    case delayed(MaskExpression, frames: Int)
    /// A hole only at these times of the stream.
    case during([MaskSpan], MaskExpression)

    /// The expressions it is made of.
    var parts: [MaskExpression] {
        switch self {
        case .picture, .drawing, .pictures, .rectangle, .polygon, .stream, .alpha, .objects, .plugin: []
        case .union(let one, let other), .difference(let one, let other), .intersection(let one, let other):
            [one, other]
        case .grown(let part, _), .shrunk(let part, _), .held(let part, _), .delayed(let part, _),
            .during(_, let part):
            [part]
        }
    }

    /// What has no parts, in the order of the text.
    public var leaves: [MaskExpression] { parts.isEmpty ? [self] : parts.flatMap(\.leaves) }

    /// The files and folders it names, in the order of the text.
    public var paths: [String] {
        leaves.compactMap { leaf in
            switch leaf {
            case .picture(let path), .drawing(let path), .pictures(let path): path
            default: nil
            }
        }
    }

    /// Whether it says where the mask pad's pictures go.
    public var namesStream: Bool { leaves.contains(.stream) }
}

/// A mask plugin and what is set on it.
public struct PluginCall: Hashable, Sendable {
    public let name: String
    public let settings: [String: String]

    public init(name: String, settings: [String: String] = [:]) {
        self.name = name
        self.settings = settings
    }
}
