internal import CGStreamer
internal import Glibc

/// The name of files that are written one after the other: `camera-%Y%m%d-%H%M%S.mkv`, `part-%05d.mkv`.
///
/// `%Y %m %d %H %M %S` are the time at which a file begins, by the machine's time zone, and `%s` the same in seconds since
/// 1970; `%05d` is its number; `%%` is a percent sign. A plain `%d` is the day where the name holds another part of a time,
/// and the number where it does not, as GStreamer has it. Only the last part of a path is a pattern.
package struct FileNamePattern: Sendable {
    /// A moment, by the clock on the wall.
    package struct Moment: Sendable {
        let seconds: Int

        package init(seconds: Int) { self.seconds = seconds }

        package static var now: Moment { Moment(seconds: Glibc.time(nil)) }
    }

    private enum Part: Equatable {
        case literal(Character)
        case time(Character)
        /// The number of a file, with at least so many digits.
        case number(digits: Int)
    }

    /// With its `/`; empty where the path names none.
    let folder: String
    private let parts: [Part]

    /// Throws: `PipelineError` for a `%` that stands for nothing, and for one in the name of a folder.
    package init(_ path: String, of element: String) throws(PipelineError) {
        let nameStart = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        folder = String(path[..<nameStart])
        guard !folder.contains("%") else {
            throw PipelineError(
                .badText, subject: element,
                detail: "only a file's name can hold % for a time or a number, and not its folder's: \(path)")
        }
        var parts: [Part] = []
        var rest = path[nameStart...]
        while let first = rest.popFirst() {
            guard first == "%" else {
                parts.append(.literal(first))
                continue
            }
            guard let part = Self.takeConversion(from: &rest) else {
                throw PipelineError(
                    .badText, subject: element,
                    detail:
                        "in a file's name %Y, %m, %d, %H, %M, %S and %s stand for a time, %05d for a number and %% for"
                        + " a percent sign; here is something else: \(path)")
            }
            parts.append(part)
        }
        self.parts = Self.withDays(parts)
    }

    /// What stands after a `%`.
    private static func takeConversion(from rest: inout Substring) -> Part? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        guard let letter = rest.popFirst() else { return nil }
        if digits.isEmpty, letter == "%" { return .literal("%") }
        if digits.isEmpty, timeLetters.contains(letter) { return .time(letter) }
        guard "dui".contains(letter), let width = digits.isEmpty ? 0 : Int(digits), width <= mostDigits else {
            return nil
        }
        return .number(digits: width)
    }

    private static let timeLetters: Set<Character> = ["Y", "m", "H", "M", "S", "s"]
    private static let mostDigits = 18

    /// Takes a plain `%d` for the day where there is a time.
    private static func withDays(_ parts: [Part]) -> [Part] {
        let hasTime = parts.contains { if case .time = $0 { true } else { false } }
        return hasTime ? parts.map { $0 == .number(digits: 0) ? .time("d") : $0 } : parts
    }

    var hasNumber: Bool { parts.contains { if case .number = $0 { true } else { false } } }

    /// The path of a file; `copy` tells apart those of one name, from 1 on.
    package func path(number: Int, at moment: Moment, copy: Int = 1) -> String {
        let name = parts.map { part in
            switch part {
            case .literal(let character): String(character)
            case .time(let letter): moment.text(of: letter)
            case .number(let digits): number.padded(to: digits)
            }
        }.joined()
        guard copy > 1 else { return folder + name }
        let dot = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : $0 } ?? name.endIndex
        return "\(folder)\(name[..<dot])-\(copy)\(name[dot...])"
    }

    /// The same with its time written out, and only its number left, as printf has it.
    package func formatString(at moment: Moment) -> String {
        let name = parts.map { part in
            switch part {
            case .literal(let character): String(character).forPrintf
            case .time(let letter): moment.text(of: letter)
            case .number(let digits): digits == 0 ? "%d" : "%0\(digits)d"
            }
        }.joined()
        return folder.forPrintf + name
    }

    /// Whether a file's name is one of these; its number, 0 where the pattern has none.
    package func number(inName name: String) -> Int? {
        // A name may end in what tells copies apart.
        for candidate in [name[...], name.withoutCopy] {
            guard let candidate else { continue }
            if let number = Self.match(candidate, parts[...], number: 0) { return number }
        }
        return nil
    }

    private static func match(_ text: Substring, _ parts: ArraySlice<Part>, number: Int) -> Int? {
        guard let part = parts.first else { return text.isEmpty ? number : nil }
        let rest = parts.dropFirst()
        switch part {
        case .literal(let literal):
            guard text.first == literal else { return nil }
            return match(text.dropFirst(), rest, number: number)
        case .time(let letter):
            let digits = text.prefix { $0.isASCII && $0.isNumber }.count
            let widths = letter == "s" ? Array(stride(from: digits, to: 0, by: -1)) : [letter == "Y" ? 4 : 2]
            for width in widths where width <= digits {
                if let found = match(text.dropFirst(width), rest, number: number) { return found }
            }
            return nil
        case .number(let least):
            let digits = min(text.prefix { $0.isASCII && $0.isNumber }.count, mostDigits)
            for width in stride(from: digits, to: max(least, 1) - 1, by: -1) {
                guard let own = Int(text.prefix(width)) else { continue }
                if let found = match(text.dropFirst(width), rest, number: own) { return found }
            }
            return nil
        }
    }
}

extension FileNamePattern.Moment {
    fileprivate func text(of letter: Character) -> String {
        var seconds = time_t(seconds)
        var fields = tm()
        localtime_r(&seconds, &fields)
        return switch letter {
        case "Y": (Int(fields.tm_year) + 1900).padded(to: 4)
        case "m": (Int(fields.tm_mon) + 1).padded(to: 2)
        case "d": Int(fields.tm_mday).padded(to: 2)
        case "H": Int(fields.tm_hour).padded(to: 2)
        case "M": Int(fields.tm_min).padded(to: 2)
        case "S": Int(fields.tm_sec).padded(to: 2)
        default: String(self.seconds)
        }
    }
}

extension Int {
    fileprivate func padded(to digits: Int) -> String {
        let text = String(self)
        return String(repeating: "0", count: Swift.max(0, digits - text.count)) + text
    }
}

extension String {
    /// As printf takes it to the letter.
    fileprivate var forPrintf: String {
        split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
    }

    /// `a-2.mkv` as `a.mkv`; nil where it is no copy.
    fileprivate var withoutCopy: Substring? {
        let dot = lastIndex(of: ".") ?? endIndex
        let stem = self[..<dot]
        guard let dash = stem.lastIndex(of: "-"), let copy = Int(stem[stem.index(after: dash)...]), copy > 1 else {
            return nil
        }
        return Substring(stem[..<dash] + self[dot...])
    }
}
