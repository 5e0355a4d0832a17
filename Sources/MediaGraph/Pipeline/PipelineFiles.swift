internal import Glibc

/// The files a pipeline reads and writes, as the file system sees them.
struct PipelineFiles {
    /// A file an element opens.
    struct File: Sendable {
        let element: String
        /// Empty where the element was given none.
        let path: String
    }

    /// Files that are the input of a stream.
    let sources: [File]
    /// Files that are read besides: masks, weights.
    let alsoRead: [File]
    let outputs: [File]
    /// Names of files that are written one after the other.
    let sequences: [File]
    /// Sockets at which the pipeline gives its frames to other programs.
    let sockets: [File]
    /// What stood at each output's path before the run.
    private let before: [String: Identity]
    /// What the run opened there, once it has.
    private var opened: [String: Identity] = [:]

    init(
        sources: [File], alsoRead: [File] = [], outputs: [File] = [], sequences: [File] = [], sockets: [File] = []
    ) {
        self.sources = sources
        self.alsoRead = alsoRead
        self.outputs = outputs
        self.sequences = sequences
        self.sockets = sockets
        before = Dictionary(outputs.compactMap { file in Identity(file.path).map { (file.path, $0) } }) { first, _ in
            first
        }
    }

    /// Refuses what cannot go well, before any element opens, and so truncates, a file.
    ///
    /// A socket that a program left behind when it was killed is removed: the next one would be made under another name.
    ///
    /// Throws: `PipelineError` for an input that cannot be read, an output folder that is not there or not writable,
    /// an output that is an input too, two outputs of one name, and a socket that another program has.
    func check() throws(PipelineError) {
        if let nameless = (sources + outputs + sequences + sockets).first(where: { $0.path.isEmpty }) {
            throw PipelineError(.badText, subject: nameless.element, detail: "it is not set which file it shall use")
        }
        for input in sources {
            guard let identity = Identity(input.path) else {
                throw PipelineError(
                    .notFound, subject: input.path, detail: "cannot be read", underlying: lastSystemError())
            }
            guard !identity.isFolder else {
                throw PipelineError(.notFound, subject: input.path, detail: "is a folder, not a file")
            }
            guard access(input.path, R_OK) == 0 else {
                throw PipelineError(
                    .notFound, subject: input.path, detail: "cannot be read", underlying: lastSystemError())
            }
        }
        var seen: Set<String> = []
        for output in outputs {
            try checkOutput(output)
            guard seen.insert(output.path).inserted else {
                throw PipelineError(.badText, subject: output.path, detail: "two elements would write this file")
            }
            guard let identity = Identity(output.path), identity.isRegular else { continue }
            if let input = (sources + alsoRead).first(where: { Identity($0.path)?.isSameFile(as: identity) ?? false }) {
                throw PipelineError(
                    .badText, subject: output.path,
                    detail: "would be overwritten while \(input.element) reads it: input and output are one file")
            }
        }
        for sequence in sequences {
            try checkCreation(of: sequence)
            guard seen.insert(sequence.path).inserted else {
                throw PipelineError(.badText, subject: sequence.path, detail: "two elements would write these files")
            }
        }
        for socket in sockets { try clear(socket) }
    }

    private func checkFolder(of output: File) throws(PipelineError) {
        let folder = folder(of: output.path)
        guard let identity = Identity(folder) else {
            throw PipelineError(
                .cannotCreate, subject: output.path, detail: "the folder \(folder) cannot be used",
                underlying: lastSystemError())
        }
        guard identity.isFolder else {
            throw PipelineError(.cannotCreate, subject: output.path, detail: "\(folder) is not a folder")
        }
    }

    private func checkCreation(of output: File) throws(PipelineError) {
        try checkFolder(of: output)
        let folder = folder(of: output.path)
        guard access(folder, W_OK) == 0 else {
            throw PipelineError(
                .cannotCreate, subject: output.path, detail: "nothing can be created in \(folder)",
                underlying: lastSystemError())
        }
    }

    private func checkOutput(_ output: File) throws(PipelineError) {
        if let existing = Identity(output.path) {
            guard !existing.isFolder else {
                throw PipelineError(.cannotCreate, subject: output.path, detail: "is a folder, not a file")
            }
            guard access(output.path, W_OK) == 0 else {
                throw PipelineError(
                    .cannotCreate, subject: output.path, detail: "cannot be written", underlying: lastSystemError())
            }
        } else {
            try checkCreation(of: output)
        }
    }

    private func clear(_ socket: File) throws(PipelineError) {
        try checkCreation(of: socket)
        guard let existing = Identity(socket.path) else { return }
        guard existing.isSocket else {
            throw PipelineError(.cannotCreate, subject: socket.path, detail: "is there, and no socket")
        }
        switch UnixSocket.state(of: socket.path) {
        case .abandoned:
            guard unlink(socket.path) == 0 else {
                throw PipelineError(
                    .cannotCreate, subject: socket.path, detail: "an old socket cannot be removed",
                    underlying: lastSystemError())
            }
        case .served:
            throw PipelineError(.cannotCreate, subject: socket.path, detail: "another program listens on this socket")
        case .unknown(let reason):
            throw PipelineError(
                .cannotCreate, subject: socket.path, detail: "is there and cannot be used", underlying: reason)
        }
    }

    /// Looks what the run has opened: another one may put its own file in the same place later.
    mutating func noteOpened() {
        opened = Dictionary(outputs.compactMap { file in Identity(file.path).map { (file.path, $0) } }) { first, _ in
            first
        }
    }

    /// The regular files at the outputs' paths that this run made or changed.
    var written: [String] {
        outputs.map(\.path).filter { path in
            guard let now = Identity(path), now.isRegular else { return false }
            return before[path] != now && opened[path].map(now.isSameFile) ?? true
        }
    }

    /// Removes the files this run made or changed, and gives their paths.
    func removeWritten() -> [String] {
        written.filter { unlink($0) == 0 }
    }

    /// Removes those of them that hold nothing, and gives their paths.
    func removeEmpty() -> [String] {
        written.filter { Identity($0)?.size == 0 && unlink($0) == 0 }
    }

    private func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func lastSystemError() -> String {
        String(cString: strerror(errno))
    }
}

/// Which file a path names, and in what state.
private struct Identity: Equatable {
    let device: dev_t
    let node: ino_t
    let size: Int
    let modified: Int
    let modifiedNanoseconds: Int
    private let mode: mode_t

    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = status.st_dev
        node = status.st_ino
        size = Int(status.st_size)
        modified = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
        mode = status.st_mode
    }

    var isFolder: Bool { mode & S_IFMT == S_IFDIR }
    var isSocket: Bool { mode & S_IFMT == S_IFSOCK }
    var isRegular: Bool { mode & S_IFMT == S_IFREG }

    func isSameFile(as other: Identity) -> Bool {
        device == other.device && node == other.node
    }
}
