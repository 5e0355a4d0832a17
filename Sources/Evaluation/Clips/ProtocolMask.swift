package import Frames

/// A hole of the protocol: the same in every run.
package enum ProtocolMask: String, CaseIterable, Sendable {
    case logo
    case subtitle
    case centre
    /// The object masks of the next clip that has some.
    case moving

    /// The frame size the boxes were written for.
    private static let size = (width: 432, height: 240)

    /// The box of a stationary mask on 432×240.
    private var box: Rectangle? {
        switch self {
        case .logo: Rectangle(x: 344, y: 16, width: 72, height: 32)
        case .subtitle: Rectangle(x: 76, y: 196, width: 280, height: 28)
        case .centre: Rectangle(x: 162, y: 90, width: 108, height: 60)
        case .moving: nil
        }
    }

    /// The hole of every frame where the mask stands still; nil where it moves.
    ///
    /// On frames of another size the box keeps its proportions to the frame, its edges rounded to whole pixels.
    package func stationary(width: Int, height: Int) -> Mask? {
        guard let box else { return nil }
        func scaled(_ value: Int, _ side: Int, _ full: Int) -> Int { (2 * value * side + full) / (2 * full) }
        let (left, right) = (scaled(box.x, width, Self.size.width), scaled(box.right, width, Self.size.width))
        let (top, bottom) = (scaled(box.y, height, Self.size.height), scaled(box.bottom, height, Self.size.height))
        var pixels = [UInt8](repeating: 0, count: width * height)
        for y in top..<bottom {
            for x in left..<right { pixels[y * width + x] = 1 }
        }
        return Mask(width: width, height: height, pixels: pixels)
    }

    /// The clip whose object masks are laid over `clip`: the next in order that has some, from the start where there is
    /// none; nil where no other clip has any.
    package static func lender(for clip: String, among masked: [String]) -> String? {
        masked.first { clip.utf8.lexicographicallyPrecedes($0.utf8) } ?? masked.first { $0 != clip }
    }
}
