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

        /// Of the pictures that come in now; nil where the stage does not know it.
        func pictureSize() throws(ControlError) -> (width: Int, height: Int)? {
            let document: StreamDocument = try ControlClient.decode(try client.send(.show(stream)))
            guard let seen = document.stages.first(where: { $0.element == element }), let width = seen.width,
                let height = seen.height
            else { return nil }
            return (width, height)
        }
    }

    /// A file whose name ends in `.png` gets a picture, any other the expression.
    let output: String?
    let stage: Stage?

    /// In words.
    var description: String {
        [output, stage.map { "stream \($0.stream)" }].compactMap { $0 }.joined(separator: " and ")
    }

    /// A mask drawn on a still of another size would hide another part of the stream's pictures.
    ///
    /// - Parameter mayBeUnknown: whether it is right that the stream has shown no picture yet.
    ///
    /// Throws: `ControlError` where the stream plays pictures of another size than the still.
    func checkSize(of still: (width: Int, height: Int), mayBeUnknown: Bool = false) throws(ControlError) {
        guard let stage else { return }
        guard let size = try stage.pictureSize() else {
            if mayBeUnknown { return }
            throw ControlError(.unavailable, "stream \(stage.stream) has shown no picture at \(stage.element) yet")
        }
        guard size != still else { return }
        throw ControlError(
            .refused,
            "the still is \(still.width)x\(still.height), and the pictures of stream \(stage.stream) are "
                + "\(size.width)x\(size.height) at \(stage.element): a mask for it is drawn on a source of that size")
    }

    /// Saves a mask.
    ///
    /// - Parameters:
    ///   - expression: nil where brush strokes are part of it, so that only a picture holds it.
    ///   - size: of the still that it was drawn on.
    ///   - picture: makes the PNG file.
    ///
    /// Throws: `ControlError`, and what `picture` throws.
    func save(_ expression: String?, size: (width: Int, height: Int), picture: () throws -> [UInt8]) throws {
        try checkSize(of: size)
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
