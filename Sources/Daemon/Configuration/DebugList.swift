/// A list of GStreamer's debug categories with their levels, as `GST_DEBUG` has it: `rtspsrc:5,*:2`.
enum DebugList {
    /// What text one is, in words.
    static let expected = "a list as GST_DEBUG has it, such as rtspsrc:5,*:2"

    private static let levels: Set<String> = [
        "none", "error", "warning", "fixme", "info", "debug", "log", "trace", "memdump",
    ]

    /// GStreamer itself passes over what it does not understand.
    static func isOne(_ text: String) -> Bool {
        text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { item in
            let halves = item.split(separator: ":", omittingEmptySubsequences: false)
            switch halves.count {
            case 1: return isLevel(halves[0])
            case 2: return isPattern(halves[0]) && isLevel(halves[1])
            default: return false
            }
        }
    }

    private static func isLevel(_ text: Substring) -> Bool {
        (text.utf8.count == 1 && text.utf8.allSatisfy(\.isDigitByte)) || levels.contains(text.lowercased())
    }

    private static func isPattern(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { ($0.isWordByte && $0 < 0x80) || Array("-_.*?".utf8).contains($0) }
    }
}
