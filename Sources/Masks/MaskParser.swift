public import Frames

/// Reads a mask expression from its text, left to right.
///
/// Ambiguity is settled by the disk: where a term may begin, the longest stretch of text that ends before an operator
/// or at the end and names a file is that file, so `my+logo.png` needs no quotes while it exists.
struct MaskParser {
    /// Some ten times what a frame full of logos needs. What is parsed is walked term by term, each on the stack.
    private static let mostTerms = 256
    /// Brackets in brackets.
    private static let deepest = 32
    /// No system opens a longer name: Linux's PATH_MAX. Units: bytes, and so at least as many characters.
    private static let longestName = 4096
    private static let mostCorners = 1024
    /// Units: pixels or frames.
    private static let mostSteps = 250
    private static let operators: Set<Character> = ["+", "-", "&"]
    /// What ends a bare name, if the disk does not know it longer.
    private static let ends: Set<Character> = ["+", "-", "&", ")", ","]

    private static let expectedTerm = "a picture file, a shape such as rect:x,y,w,h, or another mask"

    private let source: String
    private let text: [Character]
    /// Where each character of `text`, and the end, is in `source`.
    private let places: [String.Index]
    private let fileExists: (String) -> Bool
    private let folderExists: (String) -> Bool
    private var position = 0
    private var terms = 0
    private var depth = 0

    init(_ text: String, fileExists: @escaping (String) -> Bool, folderExists: @escaping (String) -> Bool) {
        source = text
        self.text = Array(text)
        places = text.indices + [text.endIndex]
        self.fileExists = fileExists
        self.folderExists = folderExists
    }

    /// All of the text.
    mutating func whole() throws(FrameError) -> MaskExpression {
        let result = try expression()
        guard position == text.count else { throw unexpected("'+', '-', '&' or the end") }
        return result
    }

    /// All of the text, as the name of a plugin and its settings.
    mutating func wholeCall() throws(FrameError) -> PluginCall {
        let call = try pluginCall()
        guard position == text.count else { throw unexpected("'?', '&' or the end") }
        return call
    }

    /// expression = term { ("+" | "-" | "&") term }, joined from left to right
    private mutating func expression() throws(FrameError) -> MaskExpression {
        var result = try term()
        skipSpace()
        while let sign = next, Self.operators.contains(sign) {
            position += 1
            let other = try term()
            switch sign {
            case "+": result = .union(result, other)
            case "-": result = .difference(result, other)
            default: result = .intersection(result, other)
            }
            skipSpace()
        }
        return result
    }

    /// term = file | "(" expression ")" | function | shape | "stream" | "alpha" | "roi:" label | "plugin:" call
    private mutating func term() throws(FrameError) -> MaskExpression {
        skipSpace()
        terms += 1
        guard terms <= Self.mostTerms else { throw tooManyTerms }
        if next == "'" { return Self.picture(try file()) }
        if let path = takeLongest(where: fileExists) { return Self.picture(path) }
        if take("(") { return try bracketed() }
        if let function = takeFunction() { return try call(function) }
        if take("file:") { return .picture(path: try file()) }
        if take("svg:") { return .drawing(path: try file()) }
        if take("frames:") { return .pictures(folder: try folder()) }
        if take("rect:") { return .rectangle(try rectangle()) }
        if take("poly:") { return .polygon(try polygon()) }
        if take("roi:") { return .objects(label: try label()) }
        if take("plugin:") { return .plugin(try pluginCall()) }
        if takeWord("stream") { return .stream }
        if takeWord("alpha") { return .alpha }
        let name = missingName
        guard !name.isEmpty else { throw unexpected(Self.expectedTerm) }
        throw missing(name, at: position, "a picture file or another mask")
    }

    /// A file by itself: an SVG file by its name, else a picture.
    private static func picture(_ path: String) -> MaskExpression {
        path.lowercased().hasSuffix(".svg") ? .drawing(path: path) : .picture(path: path)
    }

    /// "(" expression ")", behind its "("
    private mutating func bracketed() throws(FrameError) -> MaskExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw FrameError(
                .badSetting, subject: "mask",
                detail: "column \(position) has more than \(Self.deepest) brackets in each other, the most allowed")
        }
        let result = try expression()
        guard take(")") else { throw unexpected("'+', '-', '&' or ')'") }
        return result
    }

    // MARK: Functions

    private enum Function: String, CaseIterable {
        case grow, shrink, hold, delay, when
    }

    private mutating func takeFunction() -> Function? {
        Function.allCases.first { take($0.rawValue + "(") }
    }

    /// function = ("grow" | "shrink" | "hold" | "delay") "(" expression "," count ")" | "when(" span { "," span } "," expression ")"
    private mutating func call(_ function: Function) throws(FrameError) -> MaskExpression {
        if function == .when {
            var spans = [try span()]
            try comma()
            while let another = takeSpan() {
                spans.append(another)
                try comma()
            }
            return .during(spans, try bracketed())
        }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw unexpected("at most \(Self.deepest) functions in each other") }
        let part = try expression()
        try comma()
        let count = try steps(of: function)
        skipSpace()
        guard take(")") else { throw unexpected("')'") }
        switch function {
        case .grow: return .grown(part, by: count)
        case .shrink: return .shrunk(part, by: count)
        case .hold: return .held(part, frames: count)
        default: return .delayed(part, frames: count)
        }
    }

    private mutating func steps(of function: Function) throws(FrameError) -> Int {
        skipSpace()
        let digits = text[position...].prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(String(digits)), count <= Self.mostSteps else {
            let unit = function == .hold || function == .delay ? "frames" : "pixels"
            throw unexpected("a number of \(unit) up to \(Self.mostSteps)")
        }
        position += digits.count
        return count
    }

    // MARK: Times

    /// span = time "-" [ time ]
    private mutating func span() throws(FrameError) -> MaskSpan {
        skipSpace()
        guard let span = takeSpan() else { throw unexpected("a part of the time, such as 00:10-00:25 or 90-") }
        return span
    }

    private mutating func takeSpan() -> MaskSpan? {
        let mark = position
        skipSpace()
        guard let start = takeTime(), take("-") else {
            position = mark
            return nil
        }
        let end = takeTime()
        skipSpace()
        // Anything else begins an expression that only looks like a time.
        guard next == ",", end.map({ $0 > start }) ?? true else {
            position = mark
            return nil
        }
        return MaskSpan(start: start, end: end)
    }

    /// time = [ [ hours ":" ] minutes ":" ] seconds [ "." fraction ]
    private mutating func takeTime() -> Timestamp? {
        let word = text[position...].prefix { $0.isASCII && ($0.isNumber || $0 == ":" || $0 == ".") }
        let parts = String(word).split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), let seconds = Double(parts[parts.count - 1]), seconds < 1e9 else {
            return nil
        }
        var minutes = 0
        for part in parts.dropLast() {
            guard let number = Int(part), number < 1_000_000 else { return nil }
            minutes = minutes * 60 + number
        }
        position += word.count
        return Timestamp(nanoseconds: UInt64(minutes) * 60_000_000_000 + UInt64((seconds * 1e9).rounded()))
    }

    // MARK: Files

    /// file = "'" name "'" | name
    private mutating func file() throws(FrameError) -> String {
        try name(of: "a picture file", where: fileExists)
    }

    private mutating func folder() throws(FrameError) -> String {
        try name(of: "a folder of pictures", where: folderExists)
    }

    private mutating func name(of what: String, where exists: (String) -> Bool) throws(FrameError) -> String {
        if next == "'" {
            let start = position + 1
            let path = try quoted()
            guard exists(path) else { throw missing(path, at: start, what) }
            return path
        }
        if let path = takeLongest(where: exists) { return path }
        let name = missingName
        guard !name.isEmpty else { throw unexpected(what) }
        throw missing(name, at: position, what)
    }

    private mutating func quoted() throws(FrameError) -> String {
        let start = position + 1
        guard let end = text[start...].firstIndex(of: "'") else {
            position = text.count
            throw unexpected("a ' that ends the name begun in column \(start)")
        }
        position = end + 1
        return String(text[start..<end])
    }

    private mutating func takeLongest(where exists: (String) -> Bool) -> String? {
        let farthest = min(position + Self.longestName, text.count)
        let ends = text[position..<farthest].indices.filter { Self.ends.contains(text[$0]) } + [farthest]
        for end in ends.reversed() where end == text.count || Self.ends.contains(text[end]) {
            let path = trimmed(position..<end)
            if !path.isEmpty, exists(path) {
                position = end
                return path
            }
        }
        return nil
    }

    // MARK: Shapes

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

    /// polygon = corner "," corner "," corner { "," corner }
    private mutating func polygon() throws(FrameError) -> MaskPolygon {
        var corners = [try corner()]
        for _ in 0..<2 {
            try comma()
            corners.append(try corner())
        }
        while let another = takeCorner() {
            corners.append(another)
            guard corners.count <= Self.mostCorners else { throw unexpected("at most \(Self.mostCorners) corners") }
        }
        return MaskPolygon(corners)
    }

    /// corner = length "," length
    private mutating func corner() throws(FrameError) -> MaskPolygon.Corner {
        let x = try length("a corner's x", signed: true)
        try comma()
        return MaskPolygon.Corner(x: x, y: try length("a corner's y", signed: true))
    }

    /// A further corner behind a comma, if there is a whole one: else the comma is somebody else's.
    private mutating func takeCorner() -> MaskPolygon.Corner? {
        let mark = position
        skipSpace()
        if take(","), let x = takeLength(signed: true) {
            skipSpace()
            if take(","), let y = takeLength(signed: true) { return MaskPolygon.Corner(x: x, y: y) }
        }
        position = mark
        return nil
    }

    /// length = number [ "%" ]
    private mutating func length(_ what: String, signed: Bool) throws(FrameError) -> MaskLength {
        guard let length = takeLength(signed: signed) else { throw unexpected("\(what) in pixels or percent") }
        return length
    }

    private mutating func takeLength(signed: Bool) -> MaskLength? {
        skipSpace()
        var end = position
        if signed, end < text.count, text[end] == "-" { end += 1 }
        while end < text.count, text[end].isASCII, text[end].isNumber || text[end] == "." { end += 1 }
        guard let number = Double(String(text[position..<end])), number.isFinite else { return nil }
        position = end
        return take("%") ? .percent(number) : .pixels(number)
    }

    private mutating func comma() throws(FrameError) {
        skipSpace()
        guard take(",") else { throw unexpected("','") }
    }

    // MARK: Labels and plugins

    /// label = "'" text "'" | text without operators
    private mutating func label() throws(FrameError) -> String {
        if next == "'" { return try quoted() }
        let label = text[position...].prefix { !Self.ends.contains($0) && !$0.isWhitespace }
        position += label.count
        return String(label)
    }

    /// call = name [ "?" key "=" value { "&" key "=" value } ]
    private mutating func pluginCall() throws(FrameError) -> PluginCall {
        let name = takeName()
        guard !name.isEmpty else { throw unexpected("the name of a plugin") }
        var settings: [String: String] = [:]
        guard take("?") else { return PluginCall(name: name) }
        while true {
            let key = takeName()
            guard !key.isEmpty, take("=") else { throw unexpected("a setting, such as key=value") }
            guard settings.updateValue(try settingValue(), forKey: key) == nil else {
                throw unexpected("each setting once: \(key) comes twice before this")
            }
            guard isAtSetting else { return PluginCall(name: name, settings: settings) }
            position += 1
        }
    }

    /// Whether a further setting follows, and no mask to be joined.
    private var isAtSetting: Bool {
        guard next == "&" else { return false }
        let rest = text[(position + 1)...]
        let key = rest.prefix(while: Self.isPartOfName)
        return !key.isEmpty && rest.dropFirst(key.count).first == "="
    }

    private mutating func settingValue() throws(FrameError) -> String {
        if next == "'" { return try quoted() }
        let value = text[position...].prefix { !["&", "+", ")", ","].contains($0) && !$0.isWhitespace }
        position += value.count
        return String(value)
    }

    private static func isPartOfName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == "_")
    }

    private mutating func takeName() -> String {
        let name = text[position...].prefix(while: Self.isPartOfName)
        position += name.count
        return String(name)
    }

    // MARK: Characters

    private var next: Character? { position < text.count ? text[position] : nil }

    private mutating func skipSpace() {
        while let character = next, character.isWhitespace { position += 1 }
    }

    private mutating func take(_ word: String) -> Bool {
        guard text[position...].starts(with: word) else { return false }
        position += word.count
        return true
    }

    /// Takes a word that nothing of a name follows.
    private mutating func takeWord(_ word: String) -> Bool {
        let mark = position
        guard take(word) else { return false }
        if let character = next, Self.isPartOfName(character), character != "-" {
            position = mark
            return false
        }
        return true
    }

    private func trimmed(_ range: Range<Int>) -> String {
        let end = text[range].lastIndex { !$0.isWhitespace }.map { $0 + 1 } ?? range.lowerBound
        return String(source[places[range.lowerBound]..<places[end]])
    }

    // MARK: Errors

    /// What stands where a term should be, as a user would read it: a name with hyphens is one name.
    private var missingName: String {
        let ends: Set<Character> = ["+", "&", ")"]
        return trimmed(position..<(text[position...].firstIndex(where: ends.contains) ?? text.count))
    }

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

    private func missing(_ path: String, at start: Int, _ expectation: String) -> FrameError {
        let kind = expectation.contains("folder") ? "folder" : "file"
        return FrameError(
            .notFound, subject: path,
            detail: "no such \(kind); column \(start + 1) of the mask \"\(source)\" expects \(expectation)")
    }
}

extension PluginCall {
    /// Reads a plugin's name and its settings, `name?key=value&key=value`.
    ///
    /// Throws: `badSetting` with the column and what was expected there.
    public init(_ text: String) throws(FrameError) {
        var parser = MaskParser(text, fileExists: { _ in false }, folderExists: { _ in false })
        self = try parser.wholeCall()
    }
}

extension MaskExpression {
    /// Reads an expression.
    ///
    /// ```
    /// logo.png                       the white of a picture file, bare or in single quotes; of an .svg too
    /// file:x  svg:x  frames:DIR      a picture, a drawing, a picture a frame
    /// rect:x,y,w,h  poly:x,y,x,y,…   shapes, in pixels or percent
    /// stream  alpha  roi:label       the mask pad, the frame's alpha, boxes that the frame carries
    /// plugin:name?key=value&…        a mask plugin
    /// a + b   a - b   a & b   (a)    either, one without the other, both; from left to right
    /// grow(m,4)  shrink(m,4)         wider and narrower, in pixels
    /// hold(m,6)  delay(m,2)          longer and later, in frames
    /// when(00:10-00:25,m)            at times of the stream only
    /// ```
    ///
    /// A bare name that exists is that file whatever characters it has.
    ///
    /// Throws: `badSetting` with the column and what was expected there; `notFound` for a file that is not there.
    public init(
        _ text: String, fileExists: @escaping (String) -> Bool,
        folderExists: @escaping (String) -> Bool = { _ in false }
    ) throws(FrameError) {
        var parser = MaskParser(text, fileExists: fileExists, folderExists: folderExists)
        self = try parser.whole()
    }
}
