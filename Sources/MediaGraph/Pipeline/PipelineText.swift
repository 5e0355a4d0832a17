/// The text of a pipeline and the name it is reported under; it turns offsets into lines and columns.
struct PipelineText: Sendable {
    let bytes: [UInt8]
    /// The file's name, or `--launch`.
    let name: String

    init(_ text: String, name: String) {
        bytes = Array(text.utf8)
        self.name = name
    }

    subscript(range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// Where an offset is: `FILE:LINE:COLUMN`, both counted from one, columns in characters.
    func place(of offset: Int) -> String {
        let before = bytes[..<min(offset, bytes.count)]
        let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = 1 + String(decoding: before[lineStart...], as: UTF8.self).count
        return "\(name):\(line):\(column)"
    }

    func error(at offset: Int, _ detail: String) -> PipelineError {
        PipelineError(.badText, subject: place(of: offset), detail: detail)
    }
}
