internal import CGStreamer
internal import Glibc
internal import Synchronization

/// Names files that are written one after the other: by the time at which each begins or by a number, and never one that
/// is there.
///
/// A recording that starts again, after a power cut say, goes on beside what was recorded before. `max-files` counts the
/// files of that name in the folder, those of earlier runs included: the oldest go when a new one begins.
package final class FileSequence: Sendable {
    private let pattern: FileNamePattern
    /// The least number that the next file can have.
    private let least: Mutex<Int>

    package init(_ pattern: FileNamePattern, startingAt first: Int = 0) {
        self.pattern = pattern
        least = Mutex(first)
    }

    /// Takes over the names of every `splitmuxsink`.
    ///
    /// Throws: `PipelineError` for a name that is no pattern, here or in an HLS sink.
    static func attach(to pipeline: ObjectHandle) throws(PipelineError) {
        for element in pipeline.elements where !element.isPartOfFileWriter {
            guard let pattern = try pattern(of: element), element.factoryName == "splitmuxsink" else { continue }
            FileSequence(pattern, startingAt: element.integer(of: "start-index") ?? 0).name(filesOf: element)
        }
    }

    /// Writes the time into the names of HLS segments, and removes what earlier runs left behind, all but `max-files`.
    ///
    /// An HLS sink names its segments itself, by a number that starts anew with every run.
    static func begin(in pipeline: ObjectHandle) throws(PipelineError) {
        for element in pipeline.elements where !element.isPartOfFileWriter {
            guard let pattern = try pattern(of: element), element.factoryName != "splitmuxsink" else { continue }
            let kept = element.integer(of: "max-files") ?? 0
            if kept > 0 { FileSequence(pattern).prune(to: kept) }
            media_set_string_property(element.object, "location", pattern.formatString(at: .now))
        }
    }

    /// The names of what an element writes; nil where it writes no sequence.
    private static func pattern(of element: ObjectHandle) throws(PipelineError) -> FileNamePattern? {
        guard let factory = element.factoryName, ["splitmuxsink", "hlssink", "hlssink2"].contains(factory),
            let location = element.string(of: "location"), !location.isEmpty
        else { return nil }
        let pattern = try FileNamePattern(location, of: element.name)
        guard factory == "splitmuxsink" || pattern.hasNumber else {
            throw PipelineError(
                .badText, subject: element.name, detail: "its segments' names hold no number, such as %05d: \(location)"
            )
        }
        return pattern
    }

    private func name(filesOf splitter: ObjectHandle) {
        let callback:
            @convention(c) (
                UnsafeMutableRawPointer, guint, UnsafeMutableRawPointer
            ) -> UnsafeMutablePointer<gchar>? = { element, _, data in
                let splitter = ObjectHandle(retaining: element)
                let kept = splitter.integer(of: "max-files") ?? 0
                return g_strdup(Trampoline.object(data, as: FileSequence.self).next(keeping: kept))  // transfer full
            }
        g_signal_connect_data(
            splitter.raw, "format-location", unsafeBitCast(callback, to: GCallback.self), Trampoline.retain(self),
            { data, _ in Trampoline.release(data) }, GConnectFlags(rawValue: 0))
    }

    /// The path of the next file; so many of those that are there are removed that with it there are `most`, 0 for all.
    package func next(keeping most: Int = 0, at moment: FileNamePattern.Moment = .now) -> String {
        least.withLock { least in
            var number = max(least, (existing().map(\.number).max() ?? -1) + 1)
            if most > 0 { prune(to: most - 1) }
            var copy = 1
            var path = pattern.path(number: number, at: moment)
            while access(path, F_OK) == 0 {
                if pattern.hasNumber { number += 1 } else { copy += 1 }
                path = pattern.path(number: number, at: moment, copy: copy)
            }
            least = number + 1
            return path
        }
    }

    /// Removes the oldest files; one that cannot be removed is no reason to record no more.
    private func prune(to most: Int) {
        for file in existing().sorted(by: <).dropLast(most) { unlink(file.path) }
    }

    private struct File: Comparable {
        let path: String
        let number: Int
        let modified: Int
        let modifiedNanoseconds: Int

        static func < (one: File, other: File) -> Bool {
            (one.modified, one.modifiedNanoseconds, one.number, one.path)
                < (other.modified, other.modifiedNanoseconds, other.number, other.path)
        }
    }

    /// The files of the folder that have such a name.
    private func existing() -> [File] {
        guard let listing = opendir(pattern.folder.isEmpty ? "." : pattern.folder) else { return [] }
        defer { closedir(listing) }
        var files: [File] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let number = pattern.number(inName: name) else { continue }
            let path = pattern.folder + name
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            files.append(
                File(
                    path: path, number: number, modified: status.st_mtim.tv_sec,
                    modifiedNanoseconds: status.st_mtim.tv_nsec))
        }
        return files
    }
}
