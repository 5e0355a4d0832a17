/// Something that can be set on a plugin.
public struct PluginSetting: Sendable {
    public enum Kind: Sendable {
        case boolean(Bool)
        case integer(ClosedRange<Int>, Int)
        case number(ClosedRange<Double>, Double)
        case text(String)
        case choice([String], String)
    }

    public let name: String
    /// What it may be, and what it is where nobody says.
    public let kind: Kind
    public let unit: String?
    /// One line.
    public let summary: String

    public init(_ name: String, _ kind: Kind, unit: String? = nil, _ summary: String) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.summary = summary
    }
}

/// What was set on an instance: every setting, as the host checked it.
public struct PluginValues: Sendable {
    private let texts: [String: String]

    public init(_ texts: [String: String]) {
        self.texts = texts
    }

    public func boolean(_ name: String) -> Bool { text(name) == "true" }

    public func integer(_ name: String) -> Int {
        guard let number = Int(text(name)) else { preconditionFailure("\(name) is no whole number") }
        return number
    }

    public func number(_ name: String) -> Double {
        guard let number = Double(text(name)) else { preconditionFailure("\(name) is no number") }
        return number
    }

    public func text(_ name: String) -> String {
        guard let text = texts[name] else { preconditionFailure("\(name) is no setting") }
        return text
    }
}

/// Why a plugin cannot do what it is asked.
public struct PluginProblem: Error, CustomStringConvertible {
    /// One line.
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
