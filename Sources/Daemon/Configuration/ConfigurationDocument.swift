internal import Yams

/// The text of a configuration file as YAML nodes, refused before it can cost much.
struct ConfigurationDocument {
    /// Units: bytes.
    static let lengthLimit = 1 << 20

    /// How many aliases a text of a length may hold. Each can multiply what the ones before it stand for, and as a
    /// mapping's key all of it is compared.
    static func aliasLimit(forLength length: Int) -> Int {
        length > 1 << 16 ? 4 : 12
    }

    /// The name it is reported under.
    let name: String
    let root: Node

    /// Throws: `ConfigurationError` for text that is too long, is not YAML, holds a key twice, or is empty.
    init(_ text: String, name: String) throws(ConfigurationError) {
        self.name = name
        guard text.utf8.count <= Self.lengthLimit else {
            throw ConfigurationError(
                place: name, detail: "\(text.utf8.count) bytes, expected at most \(Self.lengthLimit)")
        }
        if let nul = text.utf8.firstIndex(of: 0) {
            let place = Self.place(of: nul, in: text, name: name)
            throw ConfigurationError(place: place, detail: "a NUL character, expected text")
        }
        let aliases = Self.mostAliases(in: text)
        let aliasLimit = Self.aliasLimit(forLength: text.utf8.count)
        guard aliases <= aliasLimit else {
            throw ConfigurationError(
                place: name,
                detail: "about \(aliases) aliases (*name), expected at most \(aliasLimit); "
                    + "what streams share goes under defaults")
        }
        do {
            // Without rules every plain scalar is text; what it means is for the key to say.
            guard let root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot() else {
                throw ConfigurationError(place: name, detail: "nothing, expected a mapping with the key streams")
            }
            self.root = root
        } catch let error as ConfigurationError {
            throw error
        } catch let error as YamlError {
            throw ConfigurationError(error, in: text, name: name)
        } catch {
            throw ConfigurationError(place: name, detail: "\(error)")
        }
    }

    fileprivate static func place(of index: String.Index, in text: String, name: String) -> String {
        let before = text.utf8[..<index]
        let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map(text.utf8.index(after:)) ?? text.startIndex
        return "\(name):\(line):\(1 + text.unicodeScalars[lineStart..<index].count)"
    }

    /// How many aliases the text can hold: a star that begins a word, on a line that is no comment, may be one.
    private static func mostAliases(in text: String) -> Int {
        let openers = Set(" \t\r[{,:-?".utf8)
        var count = 0
        var before = UInt8(ascii: " ")
        var isLineStart = true
        var isComment = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"): (isLineStart, isComment) = (true, false)
            case UInt8(ascii: " "), UInt8(ascii: "\t"): break
            case UInt8(ascii: "#") where isLineStart: (isLineStart, isComment) = (false, true)
            case UInt8(ascii: "*") where !isComment && (isLineStart || openers.contains(before)):
                count += 1
                isLineStart = false
            default: isLineStart = false
            }
            before = byte
        }
        return count
    }
}

extension ConfigurationError {
    /// The parser's words with their place. Its own description would show the text round it, passwords included.
    fileprivate init(_ error: YamlError, in text: String, name: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let before = context.map { "\($0.text): " } ?? ""
            self.init(place: "\(name):\(mark)", detail: "this is not YAML: \(before)\(problem)")
        case .reader(let problem, let offset, _, _):
            let index = text.index(text.startIndex, offsetBy: offset ?? 0, limitedBy: text.endIndex) ?? text.endIndex
            let place = ConfigurationDocument.place(of: index, in: text, name: name)
            self.init(place: place, detail: "this is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let key = keys.first ?? ""
            let column = context.mark.column
            let line = Self.line(ofSecond: key, after: context.mark, in: text) ?? context.mark.line
            self.init(
                place: "\(name):\(line):\(column)",
                detail: "the key \(key) stands twice in one mapping")
        case .memory:
            self.init(place: name, detail: "it is nested too deeply")
        default:
            self.init(place: name, detail: "this is not YAML")
        }
    }

    /// Where a key stands again that stands at `first`: in a mapping of lines, its keys begin in the same column.
    private static func line(ofSecond key: String, after first: Mark, in text: String) -> Int? {
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated().dropFirst(first.line) {
            guard line.prefix(first.column - 1).allSatisfy({ $0 == " " }) else { continue }
            let rest = String(String.UnicodeScalarView(line.dropFirst(first.column - 1)))
            for form in [key, "'\(key)'", "\"\(key)\""] where rest.hasPrefix(form) {
                guard rest.dropFirst(form.count).drop(while: { $0 == " " }).first == ":" else { continue }
                return index + 1
            }
        }
        return nil
    }
}
