/// Text of the configuration with its `${NAME}` replaced by the environment's variables.
///
/// `${NAME:default}` has a default for where the variable is not set; a literal `${` is written `$${`.
struct EnvironmentText: Equatable {
    private(set) var value = ""
    /// What the environment gave, one a variable: it may be a password.
    private(set) var secrets: [String] = []

    /// Why text cannot be expanded; it shows names, and no values.
    struct Refusal: Error, Equatable {
        let detail: String
    }

    init(expanding text: String, from environment: [String: String]) throws(Refusal) {
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            value += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                value += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else {
                    throw Refusal(detail: "${ without a }, expected ${NAME}; a literal ${ is written $${")
                }
                try append(reference: rest[..<end].dropFirst(2), from: environment)
                rest = rest[end...].dropFirst()
            } else {
                value += "$"
                rest = rest.dropFirst()
            }
        }
        value += rest
    }

    private mutating func append(
        reference: Substring, from environment: [String: String]
    ) throws(Refusal) {
        let name = String(reference.prefix { $0 != ":" })
        guard Self.isName(name) else {
            throw Refusal(detail: "${\(name)} is no variable's name, expected letters, digits and _")
        }
        if let given = environment[name] {
            value += given
            secrets.append(given)
        } else if name.count < reference.count {
            value += reference.dropFirst(name.count + 1)
        } else {
            throw Refusal(detail: "the environment has no variable \(name), which ${\(name)} asks for")
        }
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
