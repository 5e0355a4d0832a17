/// A pipeline file, read: gst-launch text with comments, line breaks, knobs and optional branches.
///
/// - `# …` at the start of a word is a comment to the end of the line; line breaks may stand anywhere.
/// - `${name}` or `${name:default}` is a knob. It stands inside a property's value (`location="${folder}/out.mp4"`) or
///   inside caps (`video/x-raw,width=${width}`); a literal `${` is written `$${`. What a knob is set to never becomes
///   pipeline text: a property that holds one is set after parsing, to exactly the assembled value.
/// - `[ in. ! audio/x-raw ! queue ! avenc_aac ! mux. ]` is an optional branch: see `OptionalBranch`.
///
/// It needs no GStreamer: what an element is, and whether two of them can be linked, is found when it is built.
public struct PipelineDescription: Sendable {
    /// A knob of the file, as its text declares it.
    public struct Knob: Sendable, Equatable {
        public let name: String
        /// What it is where nothing is given; nil where it must be given.
        public let fallback: String?
    }

    /// The name it is reported under.
    public let name: String
    /// The knobs, in the order of the text.
    public let knobs: [Knob]

    /// The factories of every element in the text, those of optional branches included.
    package let elementNames: [String]

    let text: PipelineText
    let tokens: [PipelineToken]
    let main: PipelinePart
    let branches: [BranchPart]

    /// Reads pipeline text.
    ///
    /// Throws: `PipelineError` with line and column for a quote that does not close, a knob out of place, a knob with
    /// two defaults, or an optional branch of the wrong shape.
    public init(parsing text: String, name: String) throws(PipelineError) {
        let text = PipelineText(text, name: name)
        let tokens = try PipelineLexer.tokens(of: text)
        var parser = PipelineParser(text: text, tokens: tokens)
        let (main, branches) = try parser.parse()
        self.name = name
        self.text = text
        self.tokens = tokens
        self.main = main
        self.branches = branches
        elementNames = tokens.compactMap { token in
            if case .element(let factory) = token.kind { factory } else { nil }
        }
        knobs = try Self.collectKnobs([main] + branches.map(\.chain), branches.map(\.caps), in: text)
    }

    /// Every knob once; one default counts wherever the knob stands, two different ones are refused.
    private static func collectKnobs(
        _ parts: [PipelinePart], _ caps: [KnobText], in text: PipelineText
    ) throws(PipelineError) -> [Knob] {
        var order: [String] = []
        var fallbacks: [String: KnobUse] = [:]
        let uses = (parts.flatMap(\.knobs) + caps.flatMap(\.knobs)).sorted { $0.offset < $1.offset }
        for use in uses {
            if !order.contains(use.name) { order.append(use.name) }
            guard let fallback = use.fallback else { continue }
            if let earlier = fallbacks[use.name], earlier.fallback != fallback {
                throw text.error(
                    at: use.offset,
                    "the knob \(use.name) has another default than at \(text.place(of: earlier.offset)): give it once")
            }
            fallbacks[use.name] = use
        }
        return order.map { Knob(name: $0, fallback: fallbacks[$0]?.fallback) }
    }
}

/// A stretch of pipeline text that gst_parse reads in one go: the pipeline itself, or the chain of a branch.
struct PipelinePart: Sendable {
    /// What the text is put together from.
    enum Piece: Sendable {
        case text(String)
        /// A link and the caps after it, still with their knobs.
        case linkCaps(KnobText)
        /// `caps="…"` with knobs, the value as text.
        case capsProperty(String, KnobText)
    }

    /// A property that holds a knob, taken out of the text.
    struct KnobProperty: Sendable {
        let element: String
        let property: String
        let value: KnobText
        let offset: Int
    }

    var pieces: [Piece] = []
    var properties: [KnobProperty] = []

    var knobs: [KnobUse] {
        properties.flatMap(\.value.knobs)
            + pieces.flatMap { piece in
                switch piece {
                case .text: [KnobUse]()
                case .linkCaps(let caps), .capsProperty(_, let caps): caps.knobs
                }
            }
    }
}

/// `[ source. ! caps ! chain ! target.pad ]`, read.
struct BranchPart: Sendable {
    let offset: Int
    let source: String
    let caps: KnobText
    let chain: PipelinePart
    /// The chain as it stands in the text, for reports.
    let wording: String
    let target: String
    let targetPad: String
}
