internal import Frames
@testable internal import Masks

extension FuzzTarget {
    /// A mask expression, where every name that ends in `g` is a file.
    static let mask = FuzzTarget(name: "mask") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(FrameError) {
            let expression = try MaskExpression(text) { $0.utf8.last == UInt8(ascii: "g") }
            let picture = GrayImage(width: 3, height: 2, pixels: [0, 127, 128, 255, 0, 200])
            let pictures = Dictionary(expression.picturePaths.map { ($0, picture) }) { first, _ in first }
            for (width, height) in [(1, 1), (7, 5), (64, 48)] {
                let mask = expression.mask(width: width, height: height, pictures: pictures)
                expect(
                    mask.pixels.count == width * height && mask.pixels.allSatisfy { $0 <= 1 },
                    "a mask of \(width)x\(height) is that large, and of zeros and ones")
            }
            guard let written = text.isEmpty ? nil : written(expression) else { return }
            let again = try MaskExpression(written) { $0.utf8.last == UInt8(ascii: "g") }
            expect(again == expression, "\(written) is \(expression), not \(again)")
        } catch {
            expect(!error.detail.isEmpty && error.detail.isOneLine, "\(error) is one line")
        }
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
            guard let first = written(first), let second = written(second) else { return nil }
            return "\(first)+\(second)"
        }
    }
}
