internal import Glibc

/// The folders in which files must lie that remote callers name.
///
/// Paths are compared by their bytes, as the system does: a slash with an accent behind it is one character of Swift's,
/// and two ways to write an accent are equal to Swift and two files on a disk.
package struct FileRoots: Sendable {
    /// Their real paths, without those that are not there.
    private let folders: [String]
    /// Where the workers of added streams work: the first root, under which relative names are looked for.
    package let workingFolder: String?

    package init(_ paths: [String]) {
        folders = paths.compactMap(Self.realPath)
        workingFolder = paths.first.flatMap(Self.realPath)
    }

    /// A folder that is always there and in which nobody can make a file: where workers work that may use none.
    package static let nowhere = "/proc/self/fdinfo"

    /// Where a path leads.
    private enum Place: Equatable {
        case inside(String)
        case outside
        /// There is no folder in which the file could be.
        case nowhere
    }

    /// The real path of a file that is there, or could be made; nil where that is outside.
    package func resolve(_ path: String) -> String? {
        if case .inside(let real) = place(of: path) { real } else { nil }
    }

    private func place(of path: String) -> Place {
        guard !path.isEmpty, let path = absolute(path) else { return .nowhere }
        guard !path.utf8.contains(0), !Self.climbs(path) else { return .outside }
        if let real = Self.realPath(path) { return isInside(real) ? .inside(real) : .outside }
        // A link that leads nowhere would be followed when the file is made.
        guard !Self.isThere(path), let slash = path.utf8.lastIndex(of: Self.slash) else { return .outside }
        let name = path[path.utf8.index(after: slash)...]
        guard !name.isEmpty, let folder = Self.realPath(slash == path.startIndex ? "/" : String(path[..<slash])) else {
            return .nowhere
        }
        let real = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
        return isInside(real) ? .inside(real) : .outside
    }

    /// Whether a value for a knob or a property names no file outside the roots.
    ///
    /// What the value is for is not known here, so that all of it is judged that could be a file's name: all of the
    /// text, a `file:` address, and every absolute path in the terms of an expression. Relative names cannot climb,
    /// and start in the worker's folder. Addresses of the network name no file.
    package func allow(value: String) -> Bool {
        guard !value.utf8.contains(0) else { return false }
        if Self.isNetworkAddress(value) { return true }
        if let path = Self.fileAddress(value) {
            return path.map { Self.isAbsolute($0) && resolve($0) != nil } ?? false
        }
        // Relative text with a slash in it is often no path at all: a fraction, a media type.
        return !Self.climbs(value) && place(of: value) != .outside
            && Self.absolutePaths(in: value).allSatisfy { resolve($0) != nil }
    }

    /// Whether a value names nothing that is there in a folder and lies outside the roots, as a whole or in a term.
    ///
    /// For streams that do not work in the first root, besides `allow(value:)`.
    package func allow(value: String, relativeTo folder: String) -> Bool {
        // All that a number could name there is how far a worker has read its own files.
        guard folder != Self.nowhere else { return true }
        let terms = value.unicodeScalars.split(whereSeparator: Self.delimiters.contains).map { String($0) }
        return ([value] + terms).allSatisfy { term in
            guard !term.isEmpty, let real = Self.realPath("\(folder)/\(term)") else { return true }
            return isInside(real)
        }
    }

    private func absolute(_ path: String) -> String? {
        Self.isAbsolute(path) ? path : workingFolder.map { "\($0)/\(path)" }
    }

    private func isInside(_ path: String) -> Bool {
        folders.contains { folder in
            path.utf8.elementsEqual(folder.utf8) || path.utf8.starts(with: (folder == "/" ? "/" : folder + "/").utf8)
        }
    }

    private static let networkSchemes: Set<Substring> = [
        "http", "https", "rist", "rtmp", "rtmps", "rtp", "rtsp", "rtsph", "rtsps", "rtspt", "rtspu", "srt", "tcp",
        "udp", "whep", "whip", "ws", "wss",
    ]

    private static func isNetworkAddress(_ value: String) -> Bool {
        guard let end = value.firstRange(of: "://") else { return false }
        return networkSchemes.contains(value[..<end.lowerBound].lowercased()[...])
    }

    /// The path of a `file:` address; inner nil where one is badly written or stands inside of something else.
    private static func fileAddress(_ value: String) -> String?? {
        guard value.lowercased().utf8.firstRange(of: "file:".utf8) != nil else { return nil }
        guard value.lowercased().hasPrefix("file://") else { return .some(nil) }
        return .some(PercentCoding.decode(value.dropFirst("file://".count)))
    }

    private static let delimiters: Set<Unicode.Scalar> = Set("()+,;:=&?|<>[]{}!*'\" \t\r\n\\".unicodeScalars)

    /// Whether a component of a path in a value is the folder above.
    private static func climbs(_ value: String) -> Bool {
        value.unicodeScalars.split { $0 == "/" || $0 == "-" || delimiters.contains($0) }.contains { String($0) == ".." }
    }

    /// Every path of a value that begins where a term of an expression can begin.
    private static func absolutePaths(in value: String) -> [String] {
        var paths: [String] = []
        var path: String.UnicodeScalarView?
        var previous: Unicode.Scalar = " "
        for scalar in value.unicodeScalars {
            if scalar == "/", path == nil, previous == "-" || delimiters.contains(previous) { path = .init() }
            if delimiters.contains(scalar), let ended = path {
                paths.append(String(ended))
                path = nil
            }
            path?.append(scalar)
            previous = scalar
        }
        return paths + (path.map { [String($0)] } ?? [])
    }

    private static let slash = UInt8(ascii: "/")

    private static func isAbsolute(_ path: String) -> Bool { path.utf8.first == slash }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static func isThere(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }
}
