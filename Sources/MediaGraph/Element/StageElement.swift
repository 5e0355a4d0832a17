public import Frames

/// A filter of frames as a GStreamer element: one instance a GObject.
///
/// The bin around it moves the frames and counts them in `counters`; the element says what can be set, and makes the
/// filter that does the work.
public protocol StageElement: AnyObject, Sendable {
    static var description: ElementDescription { get }
    /// In the order in which they are shown.
    static var properties: [ElementProperty] { get }

    init()

    var counters: StageCounters { get }

    /// Takes a property's new value. Called from any thread.
    func setProperty(_ name: String, to value: PropertyValue)
    /// A property's value. Called from any thread.
    func property(_ name: String) -> PropertyValue

    /// Looks at a new value before it is set, where somebody waits for the answer. Called from any thread.
    ///
    /// Throws: what would be wrong with it.
    func check(_ value: PropertyValue, for name: String) throws

    /// Makes the filter of one run, on the way to READY, and again on the way to PAUSED where a property was set since.
    ///
    /// Throws: what cannot be used or found; it becomes an element error and a state change that failed.
    /// - Parameter notice: takes what a user should know and what is no failure; it becomes an element warning. Called
    ///   from the filter's thread.
    func makeFilter(notice: @escaping (String) -> Void) throws -> any FrameFilter
}

extension StageElement {
    /// Every value of a property's kind will do.
    public func check(_ value: PropertyValue, for name: String) throws {}
}
