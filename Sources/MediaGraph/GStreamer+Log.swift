internal import CGStreamer
internal import Glibc

extension GStreamer {
    /// A line of GStreamer's debug log.
    public struct LogLine: Sendable, CustomStringConvertible {
        /// `ERROR`, `WARN`, `FIXME`, `INFO`, `DEBUG`, `LOG`, `TRACE` or `MEMDUMP`.
        public let level: String
        public let category: String
        /// The element or, as `element:pad`, the pad that it is about.
        public let object: String?
        public let message: String

        public var description: String {
            "\(level) \(category)\(object.map { " \($0)" } ?? ""): \(message)"
        }
    }

    /// Gives the lines of GStreamer's debug log to a taker, on whatever thread they come, and no longer to standard
    /// error. To be called once, before the library is initialised.
    ///
    /// What is logged is for `GST_DEBUG` or `setLogThresholds` to say: by default nothing is. Where `GST_DEBUG_FILE`
    /// names a file, the log goes there as ever.
    public static func takeLog(_ take: @escaping @Sendable (LogLine) -> Void) {
        if let file = getenv("GST_DEBUG_FILE"), file.pointee != 0 { return }
        gst_debug_remove_log_function(nil)
        gst_debug_add_log_function(
            { category, level, _, _, _, object, message, data in
                guard let category, let data, let text = gst_debug_message_get(message) else { return }
                let name = String(cString: gst_debug_category_get_name(category))
                guard !ConnectionLog.isAlone(with: name) else { return }
                let line = LogLine(
                    level: GStreamer.name(of: level), category: name, object: GStreamer.name(of: object),
                    message: String(cString: text))
                Trampoline.object(data, as: LogTaker.self).take(line)
            }, Trampoline.retain(LogTaker(take)), Trampoline.release)
    }

    /// What is logged from now on: a list as `GST_DEBUG` has it, `rtspsrc:5,*:2`, instead of that.
    public static func setLogThresholds(_ list: String) {
        gst_debug_set_threshold_from_string(list, 1)
    }

    private final class LogTaker: Sendable {
        let take: @Sendable (LogLine) -> Void

        init(_ take: @escaping @Sendable (LogLine) -> Void) {
            self.take = take
        }
    }

    private static func name(of level: GstDebugLevel) -> String {
        gst_debug_level_get_name(level).map { String(cString: $0).filter { $0 != " " } } ?? "?"
    }

    private static func name(of object: UnsafeMutablePointer<GObject>?) -> String? {
        guard let name = media_debug_object_name(object) else { return nil }
        let parent = media_debug_parent_name(object).map { String(cString: $0) + ":" } ?? ""
        return parent + String(cString: name)
    }
}
