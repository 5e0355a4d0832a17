internal import Glibc

/// A reader of foreign bytes, and what must hold whatever they are.
struct FuzzTarget: Sendable {
    let name: String
    /// Reads one input. What must hold and does not ends the process.
    let take: @Sendable ([UInt8]) -> Void

    static let all = [
        pickle, zip, safetensors, pipeline, mask, configuration, control, answer, worker, roots, secrets,
    ]

    /// The one that the environment names.
    static let chosen: FuzzTarget? = {
        guard let name = getenv("INPAINTD_FUZZING").map({ String(cString: $0) }) else { return nil }
        return all.first { $0.name == name }
    }()
}

/// Ends the process, which libFuzzer reports with the input, where something does not hold.
func expect(_ holds: Bool, _ sentence: @autoclosure () -> String) {
    if holds { return }
    tell("Does not hold: \(sentence())")
    abort()
}

func tell(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// A text that no input holds by chance: what is a secret, or must stay what it is.
let marker = "Zq7Xw9Kd"

extension String {
    /// Whether it can stand in a log without beginning a line of its own.
    var isOneLine: Bool { !unicodeScalars.contains { $0 == "\n" || $0 == "\r" } }
}
