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

    /// A colour of six hexadecimal digits, red, green, blue.
    ///
    /// Throws: `PluginProblem` for a text that is none.
    public func color(_ name: String) throws -> (red: UInt8, green: UInt8, blue: UInt8) {
        let text = text(name)
        guard text.count == 6, let number = Int(text, radix: 16), number >= 0 else {
            throw PluginProblem("\(name) is \"\(text)\", expected six hexadecimal digits such as 00ff00")
        }
        return (UInt8(number >> 16), UInt8(number >> 8 & 255), UInt8(number & 255))
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
