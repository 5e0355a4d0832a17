internal import NIOCore
internal import Synchronization

/// Closes a connection whose other side keeps it waiting too long.
///
/// Time runs while a request is being read and while a part of an answer is being written, not while the daemon works
/// on the answer: a caller who dribbles, or who stops to read, cannot hold a connection.
final class ConnectionDeadline: Sendable {
    private let channel: any Channel
    private let patience: TimeAmount
    private let timer = Mutex<Scheduled<Void>?>(nil)

    init(of channel: any Channel, patience: Duration) {
        self.channel = channel
        self.patience = TimeAmount(patience)
    }

    /// It is the other side's turn, from now on.
    func start() {
        let scheduled = channel.eventLoop.scheduleTask(in: patience) { [channel] in channel.close(promise: nil) }
        timer.withLock {
            $0?.cancel()
            $0 = scheduled
        }
    }

    /// It is the daemon's turn.
    func stop() {
        timer.withLock {
            $0?.cancel()
            $0 = nil
        }
    }
}
