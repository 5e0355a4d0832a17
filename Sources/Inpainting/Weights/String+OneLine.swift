internal import Frames

extension String {
    /// The text as it can stand in a line: names and metadata come out of files, and may hold anything at any length.
    package var oneLine: String {
        let longest = 400
        let line = String(UnicodeScalarView(unicodeScalars.prefix(longest))).withoutControls
        return unicodeScalars.count > longest ? line + "…" : line
    }
}
