/// What a worker tells its supervisor: a line of JSON each.
public enum WorkerReport: Codable, Hashable, Sendable {
    /// The pipeline is built and on its way to playing.
    case started(isLive: Bool)
    /// As `ProgressPace` says, and once more at the end.
    case progress(WorkerProgress)
    /// Something worth a log line that stops nothing: an element's warning, a branch that was linked, a lost source.
    case event(name: String, detail: String)
    /// Why the pipeline cannot go on. The worker ends after it.
    case fault(StreamFault)
    /// Why the source is away. The output stays up, and the worker brings the source back by itself.
    case lost(StreamFault)
    /// A file's end, or all of a drain. The worker ends after it.
    case ended
    /// The answer to a request: a value, or why not.
    case answer(id: Int, value: String?, refusal: String?)
    /// A request came before the pipeline was built; it may be made again.
    case unready(id: Int)
}

/// Why a stream was interrupted.
public struct StreamFault: Codable, Hashable, Sendable, Error {
    /// Restarts are counted by this.
    public enum Reason: String, Codable, CaseIterable, Hashable, Sendable {
        /// Pipeline text, a knob, a property, a missing element: it will fail again until it is changed.
        case pipeline
        /// The source cannot be reached, refused, or broke off.
        case source
        /// A live stream said that it had ended.
        case endOfStream = "end-of-stream"
        /// What came cannot be decoded, repaired or muxed: it is broken, or not what it was at first.
        case data
        /// The output cannot be written.
        case output
        /// No first frame within the start timeout.
        case start
        /// No frame within the stall timeout, though nothing failed.
        case stall
        /// The worker has more memory in use than it may.
        case memory
        /// The worker process died.
        case crash
        /// Anything else that an element reports.
        case element
    }

    public var reason: Reason
    /// One line, without passwords.
    public var detail: String

    public init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }
}
