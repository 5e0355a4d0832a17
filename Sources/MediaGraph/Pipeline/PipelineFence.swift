/// What a pipeline may use whose text nobody vouches for.
///
/// Three things are looked at, each before anything is opened: the text, the values that knobs make, and the elements
/// that come of it, with what they hold and what they add while they play.
public struct PipelineFence: Sendable {
    /// Factories that reach beyond what their properties name: other descriptors of the process, programs, a browser.
    /// A sound device's name may be a whole configuration, which writes files and starts programs.
    private static let reaching: Set<String> = [
        "alsamidisrc", "alsasink", "alsasrc", "cefbin", "cefdemux", "cefsrc", "fdsink", "fdsrc", "wpesrc",
        "wpevideosrc",
    ]

    /// What text makes by itself: bins of its brackets, and what holds the caps of its links.
    private static let plumbing: Set<String> = ["bin", "capsfilter", "identity", "pipeline"]

    /// Elements whose properties of these names are files and nothing else.
    private static let files: [String: Set<String>] = {
        let location: Set = ["location"]
        let factories = [
            "filesink", "filesrc", "gdkpixbufoverlay", "giosink", "giosrc", "hlssink", "hlssink2", "hlssink3",
            "imagesequencesrc", "multifilesink", "multifilesrc", "splitfilesrc", "splitmuxsink", "splitmuxsrc",
        ]
        return Dictionary(uniqueKeysWithValues: factories.map { ($0, location) })
            .merging(["shmsink": ["socket-path"], "shmsrc": ["socket-path"]]) { $1 }
    }()

    /// The factories that the text may name; nil is every one that is not `reaching`.
    private let factories: Set<String>?
    private let allowsValue: @Sendable (String) -> Bool
    private let allowsFile: @Sendable (String) -> Bool

    /// - Parameters:
    ///   - factories: nil for all that read and write only files that their properties name, and start no programs.
    ///   - allowsValue: whether a property's value names no file that must not be used.
    ///   - allowsFile: whether a path is one of a file that may be used.
    public init(
        factories: [String]?, allowsValue: @escaping @Sendable (String) -> Bool,
        allowsFile: @escaping @Sendable (String) -> Bool
    ) {
        self.factories = factories.map(Set.init)
        self.allowsValue = allowsValue
        self.allowsFile = allowsFile
    }

    /// Looks at a text: its elements, and the values that hold no knob.
    ///
    /// Throws: `PipelineError` with the code `notAllowed`, line and column.
    public func check(_ description: PipelineDescription) throws(PipelineError) {
        let text = description.text
        for token in description.tokens {
            let place = text.place(of: token.range.lowerBound)
            switch token.kind {
            case .element(let factory):
                guard allows(factory: factory) else { throw Self.refusal(of: factory, at: place) }
            case .assignment("name", _): break
            case .assignment(let property, let value):
                guard value.literal.map(allowsValue) ?? true else { throw Self.refusal(ofFile: property, at: place) }
            case .other:
                // An address in the place of an element makes one that reads it.
                guard allowsValue(text[token.range]) else { throw Self.refusal(ofFile: "an address", at: place) }
            case .link, .reference, .binStart, .binEnd, .branchStart, .branchEnd: break
            }
        }
    }

    /// Looks at what knobs and the text round them make together.
    func check(_ plan: PipelinePlan) throws(PipelineError) {
        for property in plan.main.properties + plan.branches.flatMap(\.chain.properties)
        where !allowsValue(property.value) {
            throw Self.refusal(ofFile: "\(property.element): \(property.name)", at: property.place)
        }
    }

    /// Whether the text may name a factory.
    func allows(factory: String) -> Bool {
        factories.map { $0.contains(factory) || Self.plumbing.contains(factory) } ?? !Self.reaching.contains(factory)
    }

    /// Whether an element that was not asked for, but added by another, may be there.
    func allows(addedFactory factory: String) -> Bool {
        !Self.reaching.contains(factory) || factories?.contains(factory) == true
    }

    /// Whether every value of an element counts, those too that it has by itself: not where it was allowed by name.
    var countsDefaults: Bool { factories == nil }

    func allows(_ value: String, for property: String, of factory: String) -> Bool {
        Self.files[factory]?.contains(property) == true ? allowsFile(value) : allowsValue(value)
    }

    static func refusal(of factory: String, at place: String) -> PipelineError {
        PipelineError(.notAllowed, subject: place, detail: "the element \(factory) is none that this pipeline may use")
    }

    /// The value is not shown: it may hold what a knob brought along.
    static func refusal(ofFile property: String, at place: String) -> PipelineError {
        PipelineError(.notAllowed, subject: place, detail: "\(property) names a file that this pipeline may not use")
    }
}
