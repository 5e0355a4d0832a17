internal import Frames

/// What a mask is made of: picture files and shapes, joined.
///
/// The text form is parsed by `init(_:fileExists:)`; see there for the grammar.
public indirect enum MaskExpression: Hashable, Sendable {
    /// The white of a picture file.
    case picture(path: String)
    case rectangle(MaskRectangle)
    case union(MaskExpression, MaskExpression)

    /// The picture files it names, in the order of the text.
    public var picturePaths: [String] {
        switch self {
        case .picture(let path): [path]
        case .rectangle: []
        case .union(let first, let second): first.picturePaths + second.picturePaths
        }
    }

    /// The hole it describes in a frame of the given size, with `pictures` holding every path it names.
    func mask(width: Int, height: Int, pictures: [String: GrayImage]) -> Mask {
        switch self {
        case .picture(let path):
            guard let picture = pictures[path] else { preconditionFailure("every picture is read before it is used") }
            return Mask(whiteOf: picture, width: width, height: height)
        case .rectangle(let rectangle):
            return Mask(filling: rectangle.box(width: width, height: height), width: width, height: height)
        case .union(let first, let second):
            return first.mask(width: width, height: height, pictures: pictures)
                .union(second.mask(width: width, height: height, pictures: pictures))
        }
    }
}
