/// Prometheus's text format, version 0.0.4, a family after the other.
struct MetricsWriter {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    typealias Labels = KeyValuePairs<String, String>

    private(set) var text = ""
    private var family = ""

    /// Begins a family; all of its samples follow.
    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        family = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ labels: Labels, _ value: UInt64) { sample("", labels, "\(value)") }

    mutating func sample(_ labels: Labels, _ value: Int) { sample("", labels, "\(value)") }

    mutating func sample(_ labels: Labels, _ value: Double) { sample("", labels, "\(value)") }

    /// A histogram's buckets, each counting all that is below its bound, then its sum and count.
    mutating func sample(_ labels: Labels, _ histogram: DurationHistogram) {
        var below: UInt64 = 0
        for (count, bound) in zip(histogram.counts, DurationHistogram.bounds.map { "\($0)" } + ["+Inf"]) {
            below &+= count
            sample("_bucket", labels, "\(below)", bound: bound)
        }
        sample("_sum", labels, "\(histogram.sum)")
        sample("_count", labels, "\(below)")
    }

    private mutating func sample(_ suffix: String, _ labels: Labels, _ value: String, bound: String? = nil) {
        var pairs = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
        if let bound { pairs.append("le=\"\(bound)\"") }
        text += "\(family)\(suffix)\(pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") \(value)\n"
    }

    /// By scalars, because a carriage return and a line feed are one character.
    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            // The format knows no escape for other control characters, and some readers end a line at them.
            case _ where scalar.properties.generalCategory == .control, "\u{2028}", "\u{2029}":
                escaped.unicodeScalars.append("\u{FFFD}")
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
