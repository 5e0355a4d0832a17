internal import CGStreamer
internal import Glibc
internal import Synchronization

/// Values that GObject will not give to a property. It says so in a warning and leaves the property as it was, and
/// gst_parse goes on: a typing error would become another setting.
enum RefusedValues {
    private static let domain = "GLib-GObject"

    /// Calls `body`.
    ///
    /// - Returns: what it returns, and what GObject said of the first value it refused on this thread, nil for none.
    static func noted<Result>(during body: () -> Result) -> (Result, refused: String?) {
        let notes = Notes(thread: pthread_self())
        let handler = g_log_set_handler_full(
            domain, G_LOG_LEVEL_WARNING,
            { domain, level, message, data in
                guard let data, let message,
                    Trampoline.object(data, as: Notes.self).take(String(cString: message), thread: pthread_self())
                else { return g_log_default_handler(domain, level, message, nil) }
            }, Trampoline.retain(notes), Trampoline.release)
        defer { g_log_remove_handler(domain, handler) }
        let result = body()
        return (result, notes.first)
    }

    private final class Notes: Sendable {
        private let thread: pthread_t
        private let words = Mutex<String?>(nil)

        init(thread: pthread_t) {
            self.thread = thread
        }

        var first: String? { words.withLock { $0 } }

        /// - Returns: whether it was about a value, on the thread that is watched.
        func take(_ message: String, thread: pthread_t) -> Bool {
            guard pthread_equal(thread, self.thread) != 0, message.contains("out of range for property") else {
                return false
            }
            words.withLock { $0 = $0 ?? message }
            return true
        }
    }
}
