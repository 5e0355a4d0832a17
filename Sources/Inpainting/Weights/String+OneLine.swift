extension String {
    /// The text with what would break or bend a line shown instead of obeyed.
    package var withoutControls: String {
        var line = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: line += scalar.escaped(asASCII: true)
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    /// The text as it can stand in a line: names and metadata come out of files, and may hold anything at any length.
    package var oneLine: String {
        let longest = 400
        let line = String(UnicodeScalarView(unicodeScalars.prefix(longest))).withoutControls
        return unicodeScalars.count > longest ? line + "…" : line
    }
}
