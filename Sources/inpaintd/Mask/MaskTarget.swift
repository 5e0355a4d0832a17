internal import Daemon
internal import FoundationEssentials
internal import Glibc

/// Where a mask that was drawn is saved: a file, a stream that plays, or both.
struct MaskTarget: Sendable {
    /// A stage of a daemon's stream.
    struct Stage: Sendable {
        let client: ControlClient
        let stream: String
        let element: String
    }

    /// A file whose name ends in `.png` gets a picture, any other the expression.
    let output: String?
    let stage: Stage?

    /// In words.
    var description: String {
        [output, stage.map { "stream \($0.stream)" }].compactMap { $0 }.joined(separator: " and ")
    }

    /// Saves a mask.
    ///
    /// - Parameters:
    ///   - expression: nil where brush strokes are part of it, so that only a picture holds it.
    ///   - picture: makes the PNG file.
    ///
    /// Throws: `ControlError`, and what `picture` throws.
    func save(_ expression: String?, picture: () throws -> [UInt8]) throws {
        var said = expression
        if let output {
            let isPicture = output.lowercased().hasSuffix(".png")
            if isPicture || expression == nil {
                let path = isPicture ? output : output + ".png"
                try Self.write(try picture(), to: path)
                if said == nil { said = try Self.expression(ofFile: path) }
            }
            if !isPicture, let said { try Self.write(Array("\(said)\n".utf8), to: output) }
        }
        guard let stage else { return }
        guard let said else {
            throw ControlError(
                .refused,
                "brush strokes reach the stream as a picture: start with --output FILE.png in a folder of control.roots"
            )
        }
        let route = ControlRoute.set(stage.stream, element: stage.element, property: "mask")
        _ = try stage.client.send(route, body: ControlClient.body(value: said))
    }

    /// Whoever reads the file finds the old or the new one, whole.
    private static func write(_ bytes: [UInt8], to path: String) throws(ControlError) {
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw ControlError(.unavailable, "\(path): cannot be written")
        }
    }

    private static func expression(ofFile path: String) throws(ControlError) -> String {
        guard let real = realpath(path, nil) else { throw ControlError(.unavailable, "\(path): is gone again") }
        defer { free(real) }
        let whole = String(cString: real)
        // As a value of the control socket `file:` would be an address.
        return whole.contains("'") ? whole : "'\(whole)'"
    }
}
