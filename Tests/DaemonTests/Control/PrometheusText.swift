/// A strict reader of Prometheus's text format, version 0.0.4, written from its specification and from nothing here.
struct PrometheusText {
    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Family {
        var help: String?
        var kind: String?
        var samples: [Sample] = []
    }

    struct Malformed: Error {
        let line: String
        let reason: String
    }

    private(set) var families: [String: Family] = [:]

    init(_ text: String) throws {
        var current: String?
        // Line feeds alone end lines; by scalars, because a carriage return and a line feed are one character.
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        guard lines.last == "" else { throw Malformed(line: lines.last ?? "", reason: "no line feed at the end") }
        for line in lines.dropLast() {
            if line.hasPrefix("# ") {
                current = try readComment(line, after: current)
            } else {
                try readSample(line, of: current)
            }
        }
    }

    /// The value of the one sample with these labels.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let found = families.values.flatMap(\.samples).filter { $0.name == name && $0.labels == labels }
        return found.count == 1 ? found[0].value : nil
    }

    private mutating func readComment(_ line: String, after current: String?) throws -> String {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        guard words.count == 4, Self.isName(words[2]) else { throw Malformed(line: line, reason: "a bad comment") }
        let name = words[2]
        switch words[1] {
        case "HELP":
            guard families[name] == nil else { throw Malformed(line: line, reason: "a family twice") }
            families[name] = Family(help: words[3])
        case "TYPE":
            guard current == name, families[name]?.kind == nil,
                ["counter", "gauge", "histogram"].contains(words[3])
            else { throw Malformed(line: line, reason: "a type that does not belong here") }
            families[name]?.kind = words[3]
        default: throw Malformed(line: line, reason: "an unknown comment")
        }
        return name
    }

    private mutating func readSample(_ line: String, of family: String?) throws {
        guard let family, let kind = families[family]?.kind else {
            throw Malformed(line: line, reason: "a sample without a family")
        }
        var rest = Array(line.unicodeScalars)[...]
        let name = Self.take(&rest) { $0 != "{" && $0 != " " }
        let suffixes = kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard Self.isName(name), suffixes.contains(where: { name == family + $0 }) else {
            throw Malformed(line: line, reason: "a sample of another family")
        }
        var labels: [String: String] = [:]
        if rest.first == "{" {
            repeat {
                rest.removeFirst()
                let label = Self.take(&rest) { $0 != "=" }
                guard Self.isName(label), labels[label] == nil, rest.popFirst() == "=", rest.popFirst() == "\"" else {
                    throw Malformed(line: line, reason: "a bad label")
                }
                labels[label] = try Self.takeValue(&rest, of: line)
            } while rest.first == ","
            guard rest.popFirst() == "}" else { throw Malformed(line: line, reason: "labels without an end") }
        }
        guard rest.popFirst() == " ", let value = Double(String(String.UnicodeScalarView(rest))), value.isFinite else {
            throw Malformed(line: line, reason: "no value")
        }
        let isTwice = families[family]?.samples.contains { $0.name == name && $0.labels == labels } ?? false
        guard !isTwice else { throw Malformed(line: line, reason: "a sample twice") }
        families[family]?.samples.append(Sample(name: name, labels: labels, value: value))
    }

    private static func take(
        _ rest: inout ArraySlice<Unicode.Scalar>, while belongs: (Unicode.Scalar) -> Bool
    ) -> String {
        let taken = rest.prefix(while: belongs)
        rest = rest.dropFirst(taken.count)
        return String(String.UnicodeScalarView(taken))
    }

    private static func takeValue(_ rest: inout ArraySlice<Unicode.Scalar>, of line: String) throws -> String {
        var value = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return String(value)
            case "\\":
                switch rest.popFirst() {
                case "\\": value.append("\\")
                case "\"": value.append("\"")
                case "n": value.append("\n")
                default: throw Malformed(line: line, reason: "an unknown escape")
                }
            default: value.append(scalar)
            }
        }
        throw Malformed(line: line, reason: "a value without an end")
    }

    private static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil
    }
}
