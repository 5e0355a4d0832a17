public import Frames

/// Reads a mask expression from its text, left to right.
///
/// Ambiguity is settled by the disk: where a term may begin, the longest stretch of text that ends before an operator
/// or at the end and names a file is that file, so `my+logo.png` needs no quotes while it exists.
struct MaskParser {
    /// Some ten times what a frame full of logos needs. What is parsed is walked term by term, each on the stack.
    private static let mostTerms = 256
    /// No system opens a longer name: Linux's PATH_MAX. Units: bytes, and so at least as many characters.
    private static let longestName = 4096

    private let source: String
    private let text: [Character]
    /// Where each character of `text`, and the end, is in `source`.
    private let places: [String.Index]
    private let fileExists: (String) -> Bool
    private var position = 0

    init(_ text: String, fileExists: @escaping (String) -> Bool) {
        source = text
        self.text = Array(text)
        places = text.indices + [text.endIndex]
        self.fileExists = fileExists
    }

    /// expression = term { "+" term }
    mutating func expression() throws(FrameError) -> MaskExpression {
        var result = try term()
        var terms = 1
        skipSpace()
        while take("+") {
            terms += 1
            guard terms <= Self.mostTerms else { throw tooManyTerms }
            result = .union(result, try term())
            skipSpace()
        }
        guard position == text.count else { throw unexpected("'+' or the end") }
        return result
    }

    /// term = "'" file "'" | file | "rect:" rectangle
    private mutating func term() throws(FrameError) -> MaskExpression {
        skipSpace()
        if take("'") { return .picture(path: try quotedFile()) }
        if let path = takeLongestFile() { return .picture(path: path) }
        if take("rect:") { return .rectangle(try rectangle()) }
        let name = trimmed(position..<(text[position...].firstIndex(of: "+") ?? text.count))
        guard !name.isEmpty else { throw unexpected("a picture file or rect:x,y,w,h") }
        throw missingFile(name, at: position)
    }

    private mutating func quotedFile() throws(FrameError) -> String {
        let start = position
        guard let end = text[start...].firstIndex(of: "'") else {
            position = text.count
            throw unexpected("a ' that ends the name begun in column \(start)")
        }
        let path = String(text[start..<end])
        guard fileExists(path) else { throw missingFile(path, at: start) }
        position = end + 1
        return path
    }

    private mutating func takeLongestFile() -> String? {
        let farthest = min(position + Self.longestName, text.count)
        let ends = text[position..<farthest].indices.filter { text[$0] == "+" } + [farthest]
        for end in ends.reversed() where end == text.count || text[end] == "+" {
            let path = trimmed(position..<end)
            if !path.isEmpty, fileExists(path) {
                position = end
                return path
            }
        }
        return nil
    }

    /// rectangle = length "," length "," length "," length
    private mutating func rectangle() throws(FrameError) -> MaskRectangle {
        let x = try length("the left edge", signed: true)
        try comma()
        let y = try length("the top edge", signed: true)
        try comma()
        let width = try length("the width", signed: false)
        try comma()
        let height = try length("the height", signed: false)
        return MaskRectangle(x: x, y: y, width: width, height: height)
    }

    /// length = number [ "%" ]
    private mutating func length(_ what: String, signed: Bool) throws(FrameError) -> MaskRectangle.Length {
        skipSpace()
        let start = position
        var end = start
        if signed, end < text.count, text[end] == "-" { end += 1 }
        while end < text.count, text[end].isASCII, text[end].isNumber || text[end] == "." { end += 1 }
        guard let number = Double(String(text[start..<end])), number.isFinite else {
            throw unexpected("\(what) in pixels or percent")
        }
        position = end
        return take("%") ? .percent(number) : .pixels(number)
    }

    private mutating func comma() throws(FrameError) {
        skipSpace()
        guard take(",") else { throw unexpected("','") }
    }

    // MARK: Characters

    private mutating func skipSpace() {
        while position < text.count, text[position].isWhitespace { position += 1 }
    }

    private mutating func take(_ word: String) -> Bool {
        guard text[position...].starts(with: word) else { return false }
        position += word.count
        return true
    }

    private func trimmed(_ range: Range<Int>) -> String {
        let end = text[range].lastIndex { !$0.isWhitespace }.map { $0 + 1 } ?? range.lowerBound
        return String(source[places[range.lowerBound]..<places[end]])
    }

    // MARK: Errors

    private func unexpected(_ expectation: String) -> FrameError {
        let seen = position < text.count ? "'\(String(text[position...].prefix(12)))'" : "the end"
        return FrameError(
            .badSetting, subject: "mask",
            detail: "column \(position + 1) of \"\(source)\": expected \(expectation), found \(seen)")
    }

    private var tooManyTerms: FrameError {
        FrameError(
            .badSetting, subject: "mask", detail: "it has more than \(Self.mostTerms) terms, the most allowed")
    }

    private func missingFile(_ path: String, at start: Int) -> FrameError {
        FrameError(
            .notFound, subject: path,
            detail: "no such file; column \(start + 1) of the mask \"\(source)\" expects a picture file"
                + " or rect:x,y,w,h, joined with +")
    }
}

extension MaskExpression {
    /// Reads an expression: picture files and `rect:x,y,w,h` (pixels or percent), joined with `+`.
    ///
    /// A file name is bare or stands in single quotes; a bare name that exists is that file whatever characters it has.
    ///
    /// Throws: `badSetting` with the column and what was expected there; `notFound` for a file that is not there.
    public init(_ text: String, fileExists: @escaping (String) -> Bool) throws(FrameError) {
        var parser = MaskParser(text, fileExists: fileExists)
        self = try parser.expression()
    }
}
