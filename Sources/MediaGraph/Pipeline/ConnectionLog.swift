internal import CGStreamer
internal import Glibc
internal import Synchronization

/// Why connections fail: GStreamer's RTSP library tells the system's reason to its debug log alone.
enum ConnectionLog {
    private static let beginning = "failed to connect: "
    private static let category = "default"
    private static let last = Mutex<String?>(nil)
    private static let hasRaised = Atomic(false)

    /// Listens from now on.
    static func begin() { _ = isListening }

    /// The reason told last, if it speaks of that host.
    static func reason(about host: String) -> String? {
        last.withLock { $0 }.flatMap { $0.contains(host) ? $0 : nil }
    }

    /// Whether a category logs its errors for this alone, and nobody else has asked for them.
    static func isAlone(with category: String) -> Bool {
        category == self.category && hasRaised.load(ordering: .relaxed)
    }

    private static let isListening: Bool = {
        // The user has not asked for the log, and is not to see more of it because this listens.
        if getenv("GST_DEBUG") == nil { gst_debug_remove_log_function(nil) }
        gst_debug_add_log_function(
            { _, level, _, _, _, _, message, _ in
                guard level == GST_LEVEL_ERROR, let message, let words = gst_debug_message_get(message) else { return }
                ConnectionLog.take(String(cString: words))
            }, nil, nil)
        raise(category)
        return true
    }()

    private static func take(_ words: String) {
        guard words.hasPrefix(beginning) else { return }
        last.withLock { $0 = String(words.dropFirst(beginning.count)) }
    }

    /// Has a category log its errors, if it does not.
    private static func raise(_ name: String) {
        let categories = gst_debug_get_all_categories()
        defer { g_slist_free(categories) }
        var node = categories
        while let current = node {
            if let category = current.pointee.data?.assumingMemoryBound(to: GstDebugCategory.self),
                gst_debug_category_get_name(category).map({ String(cString: $0) }) == name,
                gst_debug_category_get_threshold(category).rawValue < GST_LEVEL_ERROR.rawValue
            {
                gst_debug_category_set_threshold(category, GST_LEVEL_ERROR)
                hasRaised.store(true, ordering: .relaxed)
            }
            node = current.pointee.next
        }
    }
}
