internal import CGStreamer
internal import Glibc

/// What lies already where a pipeline's sinks will write, and how it is kept: nothing recorded is overwritten.
///
/// - A file that a `filesink` would write over is moved aside: `yard.mkv` becomes `yard.20260102T030405Z.mkv`, by the
///   time at which it was written last. Who still writes to it, a worker that is just ending, goes on undisturbed.
/// - `multifilesink` goes on counting behind the highest number that is there. What `splitmuxsink` writes has its names
///   from a `FileSequence`, which never takes one that is there.
struct EarlierOutputs {
    private let elements: [ObjectHandle]

    init(of pipeline: Pipeline) {
        elements = pipeline.handle.elements
    }

    /// Makes way for what will be written.
    ///
    /// Throws: `PipelineError` for a file that cannot be moved aside; it is as it was then.
    func keep(_ report: (PipelineEvent) -> Void) throws(PipelineError) {
        for element in elements {
            switch element.factoryName {
            case "filesink":
                guard element.integer(of: "append") == 0, let path = element.string(of: "location") else { continue }
                if let file = EarlierFile(path) { report(.movedAside(path: path, to: try file.moveAside())) }
            case "multifilesink": goOn(element, report)
            default: break
            }
        }
    }

    private func goOn(_ element: ObjectHandle, _ report: (PipelineEvent) -> Void) {
        guard let location = element.string(of: "location"), let next = NumberedFiles(location)?.next,
            next > element.integer(of: "index") ?? 0
        else { return }
        gst_util_set_object_arg(element.object, "index", "\(next)")
        report(.numbered(location: location, from: next))
    }
}

/// A regular file with something in it, or that somebody is writing to: what a filesink gets first waits in its buffer.
private struct EarlierFile {
    /// Behind any links, which stay where they are.
    private let path: String
    private let written: time_t

    /// Nil where there is none to keep.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size > 0 || Self.isBeingWritten(path), let real = realpath(path, nil)
        else { return nil }
        defer { free(real) }
        self.path = String(cString: real)
        written = status.st_mtim.tv_sec
    }

    /// `F_SETLEASE` of Linux's fcntl.h, a macro that Swift does not see.
    private static let setLease: Int32 = 1024

    /// Whether somebody has a file open for writing; false where the file system cannot tell.
    private static func isBeingWritten(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        // The lease is given back with the descriptor.
        defer { close(descriptor) }
        return fcntl(descriptor, setLease, F_RDLCK) != 0 && errno == EAGAIN
    }

    /// Gives it another name in its folder, and returns that.
    func moveAside() throws(PipelineError) -> String {
        let name = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let dot = path[name...].dropFirst().lastIndex(of: ".") ?? path.endIndex
        var count = 1
        while true {
            let target = "\(path[..<dot]).\(stamp)\(count == 1 ? "" : "-\(count)")\(path[dot...])"
            var status = stat()
            guard lstat(target, &status) != 0 else {
                count += 1
                continue
            }
            guard rename(path, target) == 0 else {
                throw PipelineError(
                    .cannotCreate, subject: path, detail: "is an earlier recording, and cannot be moved aside",
                    underlying: String(cString: strerror(errno)))
            }
            return target
        }
    }

    /// `20260102T030405Z`.
    private var stamp: String {
        var (time, parts) = (written, tm())
        gmtime_r(&time, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y%m%dT%H%M%SZ", &parts)
        return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// The files of a name with a number in it, such as `yard-%05d.mkv`.
struct NumberedFiles {
    private let folder: String
    private let prefix: String
    private let suffix: String

    /// Nil where the name has not exactly one number, in its last part.
    init?(_ location: String) {
        let name = location.lastIndex(of: "/").map { location.index(after: $0) } ?? location.startIndex
        folder = name == location.startIndex ? "." : String(location[..<name])
        var parts = [""]
        var rest = location[name...]
        while let character = rest.popFirst() {
            if character != "%" {
                parts[parts.count - 1].append(character)
            } else if rest.first == "%" {
                parts[parts.count - 1].append(rest.removeFirst())
            } else {
                rest = rest.drop { $0.isASCII && $0.isNumber }
                guard let kind = rest.popFirst(), "diu".contains(kind) else { return nil }
                parts.append("")
            }
        }
        guard parts.count == 2, !folder.contains("%") else { return nil }
        (prefix, suffix) = (parts[0], parts[1])
    }

    /// The number that comes behind those that are there; nil where there are none.
    var next: Int? { numbers.max().map { min(Int($0) + 1, Int(Int32.max)) } }

    /// The numbers of those with something in them.
    private var numbers: [Int32] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var found: [Int32] = []
        while let entry = readdir(stream) {
            // SAFETY: the name ends with a NUL within its array.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.count > prefix.count + suffix.count, name.hasPrefix(prefix), name.hasSuffix(suffix) else {
                continue
            }
            let middle = name.dropFirst(prefix.count).dropLast(suffix.count)
            var status = stat()
            guard middle.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int32(middle),
                stat("\(folder)/\(name)", &status) == 0, status.st_size > 0
            else { continue }
            found.append(number)
        }
        return found
    }
}
