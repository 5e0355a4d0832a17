internal import Glibc
internal import Synchronization

/// Standard error, shared by the lines that stay and the one progress line below them.
final class Terminal: Sendable {
    static let standardError = Terminal(descriptor: STDERR_FILENO)

    /// Whether someone watches, so that a line can be drawn over.
    let isInteractive: Bool
    private let descriptor: Int32
    private let progress = Mutex("")

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        isInteractive = isatty(descriptor) == 1
    }

    /// Writes a line that stays.
    func write(_ line: String) {
        progress.withLock { progress in
            let clear = progress.isEmpty ? "" : Self.clearLine
            send(clear + line + "\n" + progress)
        }
    }

    /// Draws the progress line anew; an empty one takes it away.
    func show(progress line: String) {
        progress.withLock { progress in
            guard isInteractive, line != progress else { return }
            send(Self.clearLine + line)
            progress = line
        }
    }

    private static let clearLine = "\r\u{1B}[K"

    private func send(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            // Nobody is left to be told that standard error is gone.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
