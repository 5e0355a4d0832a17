internal import Frames

/// How a benchmark's pictures are written on the command line.
enum PictureWords {
    /// WIDTHxHEIGHT; nil where it is none.
    static func size(_ text: String) -> (width: Int, height: Int)? {
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1], (1...8192).contains(width),
            (1...8192).contains(height)
        else { return nil }
        return (width, height)
    }

    /// The box x,y,w,h; the whole picture where there is none.
    static func hole(_ text: String?, in size: (width: Int, height: Int)) throws -> Rectangle {
        guard let text else { return Rectangle(x: 0, y: 0, width: size.width, height: size.height) }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2],
            let height = numbers[3], (1...size.width).contains(width), (1...size.height).contains(height),
            (0...size.width - width).contains(x), (0...size.height - height).contains(y)
        else {
            throw FrameError(
                .badSetting, subject: "hole",
                detail: "\"\(text)\" is not x,y,w,h of a box inside \(size.width)x\(size.height)")
        }
        return Rectangle(x: x, y: y, width: width, height: height)
    }

    static func number(_ name: String, _ value: Int, _ allowed: ClosedRange<Int>) throws -> Int {
        guard allowed.contains(value) else {
            throw FrameError(
                .badSetting, subject: name,
                detail: "is \(value), expected \(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return value
    }
}
