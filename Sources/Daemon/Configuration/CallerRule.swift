/// What holds for the pipeline of a stream that a caller added, over and above what holds for the configuration's.
public struct CallerRule: Codable, Hashable, Sendable {
    /// The factories that it may use; nil is every one that reads and writes no files and starts no programs but those
    /// that its properties name.
    public var elements: [String]?
    /// The folders in which every file must lie that its text or its knobs name.
    public var roots: [String]

    public init(elements: [String]? = nil, roots: [String] = []) {
        self.elements = elements
        self.roots = roots
    }
}
