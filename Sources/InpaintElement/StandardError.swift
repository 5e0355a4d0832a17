internal import Glibc

/// Where the element says what is no error.
enum StandardError {
    static func say(_ sentence: String) {
        let line = Array("inpaint: \(sentence)\n".utf8)
        // Nobody can be told that nobody can be told.
        _ = write(STDERR_FILENO, line, line.count)
    }
}
