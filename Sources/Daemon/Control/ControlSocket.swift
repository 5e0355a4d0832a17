internal import Glibc

/// A listening Unix socket that only its owner can reach, and its file.
///
/// Ownership: who makes it owns the descriptor.
struct ControlSocket {
    let path: String
    let descriptor: Int32
    /// Which file it made, so that it takes away no other one.
    private let identity: FileIdentity

    /// Listens; connections wait until they are accepted.
    ///
    /// The folder is made with mode 0700 where it is missing. The socket has mode 0600 from the moment it can be seen.
    /// A socket that nobody answers on any more is replaced.
    ///
    /// Throws: `ListenError`.
    init(listeningAt path: String) throws(ListenError) {
        self.path = path
        guard var address = UnixAddress(path) else {
            throw ListenError(
                .badAddress, subject: path, detail: "no path of a Unix socket, expected 1 to 107 bytes without zeros")
        }
        let folder = try Self.privateFolder(of: path)
        defer { close(folder) }
        // Two daemons that start at once do not both see the same stale socket, and remove each other's new one.
        guard flock(folder, LOCK_EX | LOCK_NB) == 0 else {
            throw ListenError(.alreadyRunning, subject: path, detail: "another daemon is starting here at this moment")
        }
        try Self.removeStale(path, &address)

        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.cannotCreate(path, "no socket can be made") }
        // The file gets the mode that the socket has when it is bound, so there is no moment with another one.
        guard fchmod(descriptor, 0o600) == 0, address.withPointer({ bind(descriptor, $0, $1) }) == 0,
            listen(descriptor, 128) == 0, let identity = FileIdentity(of: path)
        else {
            let failure = Self.cannotCreate(path, "it cannot be bound")
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
        self.identity = identity
    }

    /// Takes the file away, if it is still the one that was made.
    func remove() {
        if FileIdentity(of: path) == identity { unlink(path) }
    }

    /// Opens the folder of a path.
    private static func privateFolder(of path: String) throws(ListenError) -> Int32 {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        if mkdir(folder, 0o700) != 0 && errno != EEXIST {
            throw cannotCreate(path, "its folder cannot be made")
        }
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw cannotCreate(path, "its folder cannot be opened")
        }
        // Where others can rename files, they can put a socket of their own in the place of this one.
        let isOurs = status.st_uid == geteuid() || status.st_uid == 0
        let isShared = status.st_mode & 0o022 != 0 && status.st_mode & S_ISVTX == 0
        guard isOurs && !isShared else {
            close(descriptor)
            throw ListenError(
                .cannotCreate, subject: path,
                detail: "its folder can be written by other users, expected one of this user's with mode 0700")
        }
        return descriptor
    }

    private static func removeStale(_ path: String, _ address: inout UnixAddress) throws(ListenError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ListenError(.cannotCreate, subject: path, detail: "something that is no socket is there already")
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { throw cannotCreate(path, "no socket can be made") }
        defer { close(probe) }
        // Not waiting: a full queue of connections is an answer too.
        _ = fcntl(probe, F_SETFL, O_NONBLOCK)
        if address.withPointer({ connect(probe, $0, $1) }) == 0 || errno == EAGAIN {
            throw ListenError(.alreadyRunning, subject: path, detail: "a daemon is already running and answers here")
        }
        guard errno == ECONNREFUSED || errno == ENOENT else {
            throw cannotCreate(path, "a socket is there that cannot be asked whether it is in use")
        }
        guard unlink(path) == 0 || errno == ENOENT else { throw cannotCreate(path, "a stale socket cannot be removed") }
    }

    private static func cannotCreate(_ path: String, _ detail: String) -> ListenError {
        ListenError(.cannotCreate, subject: path, detail: "\(detail): \(String(cString: strerror(errno)))")
    }
}

/// Which file of which file system.
private struct FileIdentity: Equatable {
    let device: dev_t
    let node: ino_t

    init?(of path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        device = status.st_dev
        node = status.st_ino
    }
}
