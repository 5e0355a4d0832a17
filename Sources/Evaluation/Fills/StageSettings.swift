package import Frames
internal import InpaintElement
internal import MediaGraph

/// The stage's properties as `name=value` texts say them.
package struct StageSettings: Sendable {
    /// In the order in which they are set.
    private(set) var values: [(name: String, value: PropertyValue)] = []

    package init() {}

    /// Adds what a text says.
    ///
    /// Throws: `FrameError.badSetting` for an unknown name, or a value that the property does not take.
    package mutating func add(_ text: String) throws(FrameError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw FrameError(.badSetting, subject: "\"\(text)\"", detail: "expected name=value")
        }
        try add(parts[0], parts[1])
    }

    /// Throws: as above.
    package mutating func add(_ name: String, _ text: String) throws(FrameError) {
        guard let property = Inpaint.properties.first(where: { $0.name == name }) else {
            let names = Inpaint.properties.map(\.name)
            let guess = nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
            throw FrameError(.badSetting, subject: name, detail: "is no property of the stage\(guess)")
        }
        guard name != "mask" else {
            throw FrameError(.badSetting, subject: name, detail: "is the protocol's, and cannot be set")
        }
        guard let value = Self.value(of: text, as: property.kind) else {
            throw FrameError(
                .badSetting, subject: name, detail: "is \"\(text)\", expected \(Self.words(for: property.kind))")
        }
        values.append((name, value))
    }

    private static let booleans = ["true": true, "yes": true, "1": true, "false": false, "no": false, "0": false]

    private static func value(of text: String, as kind: ElementProperty.Kind) -> PropertyValue? {
        switch kind {
        case .string: .string(text)
        case .integer(let range, _): Int(text).flatMap { range.contains($0) ? .integer($0) : nil }
        case .real(let range, _): Double(text).flatMap { range.contains($0) ? .real($0) : nil }
        case .boolean: booleans[text].map(PropertyValue.boolean)
        case .choice(let choices, _): choices.contains { $0.name == text } ? .choice(text) : nil
        case .structure: nil
        }
    }

    private static func words(for kind: ElementProperty.Kind) -> String {
        switch kind {
        case .string: "a text"
        case .integer(let range, _): "\(range.lowerBound) to \(range.upperBound)"
        case .real(let range, _): "\(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .choice(let choices, _): choices.map(\.name).joined(separator: ", ")
        case .structure: "nothing, it is read-only"
        }
    }
}
