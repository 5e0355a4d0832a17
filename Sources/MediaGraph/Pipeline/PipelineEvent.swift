internal import Synchronization

/// What happens while a pipeline plays, for whoever watches.
public enum PipelineEvent: Sendable {
    /// An optional branch took a stream: its wording, and the stream's caps.
    case linked(branch: String, stream: String)
    /// An element warns; the pipeline plays on.
    case warning(PipelineError)
    /// The first frame has reached the sinks of a pipeline that is not live, or a live one has started.
    case started
    /// The end of the stream was sent in; what is held comes out.
    case draining
    /// After an error the stream was ended as it should be, and this file is complete as far as it goes.
    case kept(path: String)
    /// After an error this unfinished file was removed.
    case removed(path: String)
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
