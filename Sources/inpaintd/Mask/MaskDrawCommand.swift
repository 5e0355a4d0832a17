internal import ArgumentParser
internal import Daemon
internal import Dispatch
internal import FoundationEssentials
internal import Frames
internal import Glibc
internal import Logging
internal import MediaGraph

/// `inpaintd mask draw`: a page on which a mask is drawn over a still of a source.
struct MaskDrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw",
        abstract: "Draw a mask over a still of a source, in a web browser.",
        discussion: """
            For example: inpaintd mask draw rtsp://camera/stream --output logo.png

            It writes the address of a page, which holds a token, to standard output, and serves it on this machine alone \
            until SIGINT or SIGTERM. Draw rectangles, polygons and brush strokes, look at the fill, and save: an output \
            whose name ends in .png gets a picture, any other the expression; a drawing with brush strokes is a picture \
            in any case, FILE.png, and the expression names it. With --stream the mask is set in a running stream of the \
            daemon too, without a lost frame, until that stream starts again; its configuration is left as it is.

            The page can name shapes, and whatever else --mask names; what plugins would find is not shown.
            """)

    @Argument(help: "A video file, or an address such as rtsp://…", completion: .file()) var source: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where the mask is saved (default: mask.png, or no file with --stream).", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(help: ArgumentHelp("The mask to begin from.", valueName: "expression")) var mask = ""

    @Option(help: ArgumentHelp("Which frame of a file, counted from 1.", valueName: "number")) var frame = 1

    @Option(help: ArgumentHelp("The loopback address to serve on; port 0 is any.", valueName: "address"))
    var listen = "127.0.0.1:0"

    @Option(help: ArgumentHelp("Set the mask in this stream of a running daemon.", valueName: "name"))
    var stream: String?

    @Option(help: ArgumentHelp("The stage in that stream, where it has several.", valueName: "name"))
    var element: String?

    @Option(help: ArgumentHelp("The daemon's control socket, as ctl has it.", valueName: "path"), completion: .file())
    var socket: String?

    @Flag(help: "End after the first save.") var once = false

    private func address() throws -> LoopbackAddress {
        guard let address = LoopbackAddress(withAnyPort: listen) else {
            throw ValidationError("--listen \(listen): expected a loopback address with a port, such as 127.0.0.1:9080")
        }
        return address
    }

    func validate() throws {
        guard (1...1_000_000).contains(frame) else { throw ValidationError("--frame \(frame): expected 1 to 1000000") }
        guard stream != nil || (element == nil && socket == nil) else {
            throw ValidationError("--element and --socket go with --stream")
        }
        guard output?.isEmpty != true else { throw ValidationError("--output is empty, expected a file") }
        _ = try address()
    }

    func run() throws {
        let target = MaskTarget(output: output ?? (stream == nil ? "mask.png" : nil), stage: try stage())
        var board: StillBoard?
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        try Talk.errors.reportingErrors {
            try Stages.register()
            let folder = try ScratchFolder()
            defer { folder.remove() }
            let source = StillSource(source, folder: folder.path)
            Interruption.watch(
                first: {
                    end.finish()
                    source.stop()
                }, impatient: {}, second: { folder.remove() })
            do {
                let made = try StillBoard(
                    source, frame: frame, mask: mask, target: target, bench: PictureBench(folder: folder.path))
                board = made
                try serve(made, until: ends) { end.finish() }
            } catch  where source.isStopped {
                // Whoever ends it before the first still has no error.
            }
        }
        // What hangs in an element is no reason to stay.
        guard board?.stop(within: 2) != false else { _exit(ExitStatus.success.rawValue) }
        GStreamer.shutDown()
    }

    private func serve(
        _ board: StillBoard, until ends: AsyncStream<Void>, saved: @escaping @Sendable () -> Void
    ) throws {
        let address = try address()
        let server: DrawServer
        do throws(ListenError) {
            server = try DrawServer(of: board, on: address, logger: Talk.errors, saved: once ? saved : nil)
        } catch {
            throw PipelineError(.cannotCreate, subject: error.subject, detail: error.detail)
        }
        StandardOutput.write(Array("\(server.address)\n".utf8))
        let done = DispatchSemaphore(value: 0)
        Task {
            let answering = Task { try await server.run() }
            for await _ in ends {}
            answering.cancel()
            // What it may throw is about connections that are over.
            _ = await answering.result
            done.signal()
        }
        // The main thread is none of those that run tasks.
        done.wait()
    }

    /// The stage that gets the mask, as the daemon names it.
    private func stage() throws -> MaskTarget.Stage? {
        guard let stream else { return nil }
        var daemon = CtlOptions()
        daemon.socket = socket
        let document: StreamDocument = try daemon.decode(try daemon.ask(.show(stream)))
        let names = document.stages.map(\.element)
        guard let name = element ?? (names.count == 1 ? names.first : nil), names.contains(name) else {
            let seen = names.isEmpty ? "none that plays" : names.joined(separator: ", ")
            Talk.errors.error("stream \(stream): --element names the stage that gets the mask; it has \(seen)")
            throw ExitStatus.usage.exitCode
        }
        return MaskTarget.Stage(client: daemon.client, stream: stream, element: name)
    }
}
