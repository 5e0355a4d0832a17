internal import Frames

/// A description with every knob set: what is parsed, and what is set afterwards.
public struct PipelinePlan: Sendable {
    /// Text for gst_parse, and the properties to set on what it makes.
    package struct Part: Sendable {
        package let text: String
        package let properties: [Property]
    }

    /// A property that held a knob.
    package struct Property: Sendable {
        package let element: String
        package let name: String
        package let value: String
        /// `FILE:LINE:COLUMN` of the assignment.
        package let place: String
    }

    /// An optional branch; see `OptionalBranch`.
    package struct Branch: Sendable {
        package let place: String
        package let source: String
        package let caps: String
        package let chain: Part
        package let wording: String
        package let target: String
        package let targetPad: String?
    }

    /// The name it is reported under.
    public let name: String
    package let main: Part
    package let branches: [Branch]
}

extension PipelineDescription {
    /// Sets the knobs.
    ///
    /// Throws: `PipelineError` where a name is no knob's, a knob without default is not given, or a value cannot stand
    /// in caps.
    public func plan(setting values: [String: String]) throws(PipelineError) -> PipelinePlan {
        let values = try completed(values)
        if let missing = knobs.first(where: { values[$0.name] == nil }) {
            throw PipelineError(
                .badText, subject: name,
                detail: "the knob \(missing.name) is not set: add \(missing.name)=… to the command")
        }
        return try plan(completed: values)
    }

    /// A plan to look at and not to play: what holds a knob without a value is left out.
    ///
    /// Throws: `PipelineError` where a name is no knob's or a value cannot stand in caps.
    public func planForChecking(setting values: [String: String]) throws(PipelineError) -> PipelinePlan {
        try plan(completed: try completed(values))
    }

    /// The values with the defaults filled in.
    private func completed(_ values: [String: String]) throws(PipelineError) -> [String: String] {
        for given in values.keys.sorted() where !knobs.contains(where: { $0.name == given }) {
            let hint = nearest(to: given, among: knobs.map(\.name)).map { "did you mean \($0)?" }
            let known = knobs.isEmpty ? "it has none" : "it has \(knobs.map(\.name).joined(separator: ", "))"
            throw PipelineError(.badText, subject: name, detail: "there is no knob \(given): \(hint ?? known)")
        }
        var completed = values
        for knob in knobs where completed[knob.name] == nil { completed[knob.name] = knob.fallback }
        return completed
    }

    private func plan(completed values: [String: String]) throws(PipelineError) -> PipelinePlan {
        var planned: [PipelinePlan.Branch] = []
        for branch in branches {
            planned.append(
                PipelinePlan.Branch(
                    place: text.place(of: branch.offset), source: branch.source,
                    caps: try capsText(branch.caps, values) ?? "ANY", chain: try resolve(branch.chain, values),
                    wording: branch.wording, target: branch.target,
                    targetPad: branch.targetPad.isEmpty ? nil : branch.targetPad))
        }
        return PipelinePlan(name: name, main: try resolve(main, values), branches: planned)
    }

    private func resolve(_ part: PipelinePart, _ values: [String: String]) throws(PipelineError) -> PipelinePlan.Part {
        var words: [String] = []
        for piece in part.pieces {
            switch piece {
            case .text(let word):
                words.append(word)
            case .linkCaps(let caps):
                if let caps = try capsText(caps, values) { words.append("! " + caps) }
            case .capsProperty(let property, let caps):
                if let caps = try capsText(caps, values) { words.append("\(property)=\"\(caps.escapedForQuotes)\"") }
            }
        }
        return PipelinePlan.Part(
            text: words.joined(separator: " "),
            properties: part.properties.compactMap { property in
                property.value.assembled(values).map {
                    PipelinePlan.Property(
                        element: property.element, name: property.property, value: $0,
                        place: text.place(of: property.offset))
                }
            })
    }

    /// Caps with their knobs put in; a field that holds one without a value is left out, nil where the media type does.
    private func capsText(_ caps: KnobText, _ values: [String: String]) throws(PipelineError) -> String? {
        let missing = "\u{0}"
        for knob in caps.knobs {
            guard let value = values[knob.name] else { continue }
            guard !value.isEmpty, value.utf8.allSatisfy(\.mayStandInCaps) else {
                throw text.error(
                    at: knob.offset,
                    "the knob \(knob.name) stands in caps and is \"\(value)\": letters, digits and _ / . + - can stand there"
                )
            }
        }
        let filled = caps.parts.map { part in
            switch part {
            case .literal(let text): text
            case .knob(let use): values[use.name] ?? missing
            }
        }.joined()
        guard filled.contains(missing) else { return filled }
        let fields = filled.split(separator: ",", omittingEmptySubsequences: false)
        guard let type = fields.first, !type.contains(missing), !type.hasPrefix("\"") else { return nil }
        return fields.filter { !$0.contains(missing) }.joined(separator: ",")
    }
}

extension KnobText {
    /// The text with its knobs put in; nil where one has no value.
    func assembled(_ values: [String: String]) -> String? {
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .knob(let use):
                guard let value = values[use.name] else { return nil }
                text += value
            }
        }
        return text
    }
}

extension String {
    fileprivate var escapedForQuotes: String {
        // By scalars: with an accent behind it a quote is another character, and closes all the same.
        unicodeScalars.reduce(into: "") { result, scalar in
            if scalar == "\\" || scalar == "\"" { result.append("\\") }
            result.unicodeScalars.append(scalar)
        }
    }
}

extension UInt8 {
    fileprivate var mayStandInCaps: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            [UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-")]
                .contains(self)
        }
    }
}
