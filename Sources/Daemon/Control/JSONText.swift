internal import FoundationEssentials

/// Values as JSON text and back.
enum JSONText {
    /// With its keys in order, on one line.
    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            preconditionFailure("finite numbers and text are always JSON: \(error)")
        }
    }

    /// Throws: `ControlError` where it is no JSON string.
    static func string(_ bytes: [UInt8]) throws(ControlError) -> String {
        do {
            return try JSONDecoder().decode(String.self, from: Data(bytes))
        } catch {
            throw ControlError(.badRequest, "the body is no JSON string, such as \"rect:0,0,64,64\"")
        }
    }
}
