internal import Synchronization

/// What happens while a pipeline plays, for whoever watches.
public enum PipelineEvent: Sendable {
    /// An optional branch took a stream: its wording, and the stream's caps.
    case linked(branch: String, stream: String)
    /// An element warns; the pipeline plays on.
    case warning(PipelineError)
    /// The first frame has reached the sinks of a pipeline that is not live, or a live one has started.
    case started(isLive: Bool)
    /// The end of the stream was sent in; what is held comes out.
    case draining
    /// This will be thrown; before that the stream is ended, so that files may be complete.
    case failed(PipelineError)
    /// After an error this file stays, complete as far as it goes where the stream could be ended as it should be.
    case kept(path: String, isComplete: Bool)
    /// After an error this unfinished file was removed.
    case removed(path: String)
    /// An earlier recording at the place of an output has another name from now on.
    case movedAside(path: String, to: String)
    /// Files with numbers in their names are there already: these begin behind them.
    case numbered(location: String, from: Int)
    /// A moment has passed: time to show progress.
    case tick
}

/// What other threads have to tell the one that runs the pipeline.
final class PipelineNotices: Sendable {
    enum Notice: Sendable {
        case event(PipelineEvent)
        case failure(PipelineError)
    }

    private let pending = Mutex<[Notice]>([])

    func post(_ notice: Notice) {
        pending.withLock { $0.append(notice) }
    }

    /// Hands over everything posted since the last time.
    func take() -> [Notice] {
        pending.withLock { notices in
            defer { notices.removeAll() }
            return notices
        }
    }
}
