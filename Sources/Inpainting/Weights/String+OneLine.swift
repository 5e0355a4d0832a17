extension String {
    /// The text as it can stand in a line: names and metadata come out of files, and may hold anything at any length.
    package var oneLine: String {
        let longest = 400
        var line = ""
        for scalar in unicodeScalars.prefix(longest) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: line += scalar.escaped(asASCII: true)
            default: line.unicodeScalars.append(scalar)
            }
        }
        return unicodeScalars.count > longest ? line + "…" : line
    }
}
