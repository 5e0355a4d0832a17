public import Frames

/// A mask expression with its pictures read: the same hole in every frame of one size.
public struct StationaryMask: Sendable {
    private let expression: MaskExpression
    private let pictures: [String: GrayImage]
    private var latest: Mask?

    /// Reads an expression and every picture it names.
    ///
    /// Throws: `FrameError` for a text or a file that cannot be used, and whatever `decode` throws.
    public init(
        _ text: String, fileExists: @escaping (String) -> Bool, decode: (String) throws -> GrayImage
    ) throws {
        expression = try MaskExpression(text, fileExists: fileExists)
        pictures = try Dictionary(
            expression.picturePaths.map { ($0, try decode($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// The hole in a frame of the given size, painted once for as long as the size stays.
    public mutating func mask(width: Int, height: Int) -> Mask {
        if let latest, latest.width == width, latest.height == height { return latest }
        let mask = expression.mask(width: width, height: height, pictures: pictures)
        latest = mask
        return mask
    }
}
