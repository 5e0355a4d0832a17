/// Cuts pipeline text into the words that gst_parse sees, with knobs, comments and unbalanced quotes found.
///
/// Source: the rules are those of GStreamer 1.22's `gst/parse`: a value runs to the next white space, or, where it
/// starts with a quote, to the quote that closes it; a backslash keeps the next character from ending it.
///
/// Deviates: gst_parse takes a quote that is never closed, or is closed inside a word, for a part of the value. Here
/// both are refused.
struct PipelineLexer {
    private let text: PipelineText
    private var position = 0

    /// Cuts the whole text.
    ///
    /// Throws: `PipelineError` with line and column for a quote that does not close, a knob out of place and a NUL.
    static func tokens(of text: PipelineText) throws(PipelineError) -> [PipelineToken] {
        // gst_parse would see the end of the text there.
        if let nul = text.bytes.firstIndex(of: 0) { throw text.error(at: nul, "a NUL character, expected text") }
        var lexer = PipelineLexer(text: text)
        var tokens: [PipelineToken] = []
        while let token = try lexer.next() { tokens.append(token) }
        return tokens
    }

    private init(text: PipelineText) {
        self.text = text
    }

    private mutating func next() throws(PipelineError) -> PipelineToken? {
        skipBlanks()
        guard let first = byte(at: position) else { return nil }
        let start = position
        let kind: PipelineToken.Kind
        switch first {
        case UInt8(ascii: "!"):
            position += 1
            kind = .link(caps: try caps())
        case UInt8(ascii: "("), UInt8(ascii: "{"):
            position += 1
            kind = .binStart
        case UInt8(ascii: ")"), UInt8(ascii: "}"):
            position += 1
            kind = .binEnd
        case UInt8(ascii: "["):
            position += 1
            kind = .branchStart
        case UInt8(ascii: "]"):
            position += 1
            kind = .branchEnd
        case UInt8(ascii: "\""):
            throw text.error(at: start, "a quote where none can stand: is the one before it closed?")
        case UInt8(ascii: "="):
            // Without the comment or the knob that stood before it, gst_parse would see it behind another word.
            throw text.error(at: start, "a = where none can stand: property=value is one word")
        case let first where first.isIdentifierStart:
            kind = try word()
        default:
            try skipOther()
            kind = .other
        }
        return PipelineToken(kind: kind, range: start..<position)
    }

    /// A word that starts like a name: an assignment, a reference, or an element.
    private mutating func word() throws(PipelineError) -> PipelineToken.Kind {
        let start = position
        while let byte = byte(at: position), byte.isIdentifier { position += 1 }
        let name = text[start..<position]

        let afterBlanks = offsetAfterBlanks(position)
        if byte(at: afterBlanks) == UInt8(ascii: "=") {
            position = offsetAfterBlanks(afterBlanks + 1)
            return .assignment(property: name, value: try value(of: name))
        }
        if byte(at: position) == UInt8(ascii: ".") {
            if byte(at: offsetAfterBlanks(position + 1)) == UInt8(ascii: "(") {
                position = offsetAfterBlanks(position + 1) + 1
                return .binStart
            }
            position += 1
            let padStart = position
            while let byte = byte(at: position), byte.isIdentifier { position += 1 }
            try refuseKnob()
            return .reference(element: name, pad: text[padStart..<position])
        }
        if byte(at: position) == UInt8(ascii: "/") {
            try skipOther()
            return .other
        }
        try refuseKnob()
        return .element(name)
    }

    /// A property's value, from its first character on.
    private mutating func value(of property: String) throws(PipelineError) -> KnobText {
        guard let first = byte(at: position) else {
            throw text.error(at: position, "\(property)= has no value")
        }
        switch first {
        case UInt8(ascii: "\""): return try quotedValue(keepsQuotes: false)
        // gst_parse groups by single quotes but leaves them in the value, where a mask expression wants them.
        case UInt8(ascii: "'"): return try quotedValue(keepsQuotes: true)
        default: return try bareValue()
        }
    }

    private mutating func quotedValue(keepsQuotes: Bool) throws(PipelineError) -> KnobText {
        let start = position
        let quote = text.bytes[start]
        var collector = KnobCollector()
        if keepsQuotes { collector.append(quote) }
        position += 1
        while let byte = byte(at: position) {
            if let knob = try knob() {
                collector.append(knob)
            } else if byte == quote {
                position += 1
                if keepsQuotes { collector.append(quote) }
                if let after = self.byte(at: position), !after.isBlank {
                    throw text.error(
                        at: start,
                        "the quote closes in the middle of a word: put the whole value into quotes, or none of it")
                }
                return collector.finish()
            } else if byte == UInt8(ascii: "\\"), let next = self.byte(at: position + 1) {
                collector.append(next)
                position += 2
            } else {
                appendLiteral(byte, to: &collector)
            }
        }
        throw text.error(at: start, "this quote is never closed")
    }

    private mutating func bareValue() throws(PipelineError) -> KnobText {
        var collector = KnobCollector()
        var openQuote: Int?
        while let byte = byte(at: position), !byte.isBlank {
            if let knob = try knob() {
                collector.append(knob)
                continue
            }
            if byte == UInt8(ascii: "\\"), let next = self.byte(at: position + 1) {
                // Inside quotes that stand in the middle of a value gst_parse resolves nothing.
                if openQuote != nil { collector.append(byte) }
                collector.append(next)
                position += 2
                continue
            }
            if byte == UInt8(ascii: "\"") { openQuote = openQuote == nil ? position : nil }
            appendLiteral(byte, to: &collector)
        }
        if let openQuote { throw text.error(at: openQuote, "this quote is never closed") }
        return collector.finish()
    }

    /// The caps after a `!`, where there are any: from their media type to the next `!`.
    private mutating func caps() throws(PipelineError) -> KnobText? {
        let start = offsetAfterBlanksAndComments(position)
        guard startsCaps(at: start) else { return nil }
        let resumption = position
        position = start
        var collector = KnobCollector()
        var openQuote: Int?
        while let byte = byte(at: position), byte != UInt8(ascii: "!") {
            if let knob = try knob() {
                collector.append(knob)
            } else if byte == UInt8(ascii: "#"), openQuote == nil, text.bytes[position - 1].isBlank {
                skipComment()
                collector.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "\\"), let next = self.byte(at: position + 1) {
                collector.append(byte)
                collector.append(next)
                position += 2
            } else {
                if byte == UInt8(ascii: "\"") { openQuote = openQuote == nil ? position : nil }
                appendLiteral(byte, to: &collector)
            }
        }
        if let openQuote { throw text.error(at: openQuote, "this quote is never closed") }
        if byte(at: position) == nil {
            // Caps stand between two links; what is left here is gst_parse's to name.
            position = resumption
            return nil
        }
        collector.dropTrailingBlanks()
        return collector.finish()
    }

    /// Whether a media type (`video/x-raw`) starts here; a knob may be a part of it.
    private func startsCaps(at start: Int) -> Bool {
        var offset = start
        if let first = byte(at: offset), first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { return true }
        while let byte = byte(at: offset), byte.isIdentifier { offset += 1 }
        return offset > start && byte(at: offset) == UInt8(ascii: "/")
    }

    /// Takes one literal character, `$${` being a literal `${`.
    private mutating func appendLiteral(_ byte: UInt8, to collector: inout KnobCollector) {
        if matches("$${", at: position) {
            collector.append(UInt8(ascii: "$"))
            collector.append(UInt8(ascii: "{"))
            position += 3
        } else {
            collector.append(byte)
            position += 1
        }
    }

    /// The knob that starts here, if one does.
    private mutating func knob() throws(PipelineError) -> KnobUse? {
        guard matches("${", at: position) else { return nil }
        let start = position
        guard
            let end = text.bytes[start...].firstIndex(where: {
                $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: "\n")
            }), text.bytes[end] == UInt8(ascii: "}")
        else {
            throw text.error(at: start, "this knob is never closed: write ${name} or ${name:default}, on one line")
        }
        let inside = text.bytes[(start + 2)..<end]
        let colon = inside.firstIndex(of: UInt8(ascii: ":")) ?? end
        let name = text[(start + 2)..<colon]
        guard let first = name.utf8.first, first.isIdentifierStart, !name.utf8.contains(where: { !$0.isKnobName })
        else {
            throw text.error(
                at: start,
                "\"\(name)\" cannot name a knob: a letter or _, then letters, digits, _ and - (a literal ${ is $${)")
        }
        position = end + 1
        return KnobUse(name: name, fallback: colon < end ? text[(colon + 1)..<end] : nil, offset: start)
    }

    private mutating func skipOther() throws(PipelineError) {
        while let byte = byte(at: position), !byte.isBlank {
            try refuseKnob()
            if byte == UInt8(ascii: "\"") { throw text.error(at: position, "a quote where none can stand") }
            position += 1
        }
    }

    private func refuseKnob() throws(PipelineError) {
        guard matches("${", at: position) else { return }
        throw text.error(at: position, "a knob can stand only inside a property's value or inside caps")
    }

    private mutating func skipBlanks() {
        position = offsetAfterBlanksAndComments(position)
    }

    private mutating func skipComment() {
        while let byte = byte(at: position), byte != UInt8(ascii: "\n") { position += 1 }
    }

    private func offsetAfterBlanks(_ start: Int) -> Int {
        var offset = start
        while let byte = byte(at: offset), byte.isBlank { offset += 1 }
        return offset
    }

    private func offsetAfterBlanksAndComments(_ start: Int) -> Int {
        var offset = offsetAfterBlanks(start)
        while byte(at: offset) == UInt8(ascii: "#") {
            while let byte = byte(at: offset), byte != UInt8(ascii: "\n") { offset += 1 }
            offset = offsetAfterBlanks(offset)
        }
        return offset
    }

    private func byte(at offset: Int) -> UInt8? {
        offset < text.bytes.count ? text.bytes[offset] : nil
    }

    private func matches(_ word: StaticString, at offset: Int) -> Bool {
        word.withUTF8Buffer { text.bytes[min(offset, text.bytes.count)...].starts(with: $0) }
    }
}

/// Gathers literal bytes and knobs into a `KnobText`.
private struct KnobCollector {
    private var parts: [KnobText.Part] = []
    private var literal: [UInt8] = []

    mutating func append(_ byte: UInt8) {
        literal.append(byte)
    }

    mutating func append(_ knob: KnobUse) {
        endLiteral()
        parts.append(.knob(knob))
    }

    mutating func dropTrailingBlanks() {
        while let last = literal.last, last.isBlank { literal.removeLast() }
    }

    mutating func finish() -> KnobText {
        endLiteral()
        return KnobText(parts: parts)
    }

    private mutating func endLiteral() {
        guard !literal.isEmpty else { return }
        parts.append(.literal(String(decoding: literal, as: UTF8.self)))
        literal.removeAll()
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || (0x09...0x0d).contains(self) }

    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    fileprivate var isIdentifierStart: Bool { isLetterOrDigit || self == UInt8(ascii: "_") }

    fileprivate var isKnobName: Bool { isIdentifierStart || self == UInt8(ascii: "-") }

    /// A character of gst_parse's identifiers; they include the `::` of child properties.
    fileprivate var isIdentifier: Bool {
        isKnobName || self == UInt8(ascii: "%") || self == UInt8(ascii: ":")
    }
}
