/// A place in pipeline text that is filled in when the pipeline is built: `${name}` or `${name:default}`.
struct KnobUse: Sendable {
    let name: String
    let fallback: String?
    /// Where its `$` stands in the text.
    let offset: Int
}

/// A stretch of pipeline text with knobs in it.
struct KnobText: Sendable {
    enum Part: Sendable {
        case literal(String)
        case knob(KnobUse)
    }

    var parts: [Part] = []

    var knobs: [KnobUse] {
        parts.compactMap { part in
            if case .knob(let use) = part { use } else { nil }
        }
    }

    /// The text, where it holds no knob.
    var literal: String? {
        guard knobs.isEmpty else { return nil }
        return parts.map { part in
            if case .literal(let text) = part { text } else { "" }
        }.joined()
    }
}

/// One word of pipeline text, as gst_parse cuts it.
struct PipelineToken: Sendable {
    enum Kind: Sendable {
        /// An element's factory.
        case element(String)
        /// `property=value`; the value with its quotes and backslashes resolved as gst_parse does.
        case assignment(property: String, value: KnobText)
        /// `!`, with the caps that stand between it and the next.
        case link(caps: KnobText?)
        /// `name.` or `name.pad`.
        case reference(element: String, pad: String)
        /// `(`, `{` or `name.(`.
        case binStart
        /// `)` or `}`.
        case binEnd
        /// `[`
        case branchStart
        /// `]`
        case branchEnd
        /// Anything else gst_parse may understand: a URL, a pad, a comma.
        case other
    }

    let kind: Kind
    /// The bytes it covers.
    let range: Range<Int>
}
