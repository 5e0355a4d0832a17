internal import Glibc

/// What the supervising process says of itself.
package struct DaemonFigures: Hashable, Sendable {
    package var version: String
    /// Units: seconds since 1970.
    package var started: Double
    package var now: Double
    /// Units: seconds.
    package var processorTime = 0.0
    /// Units: bytes.
    package var residentMemory = 0
    package var threads = 0
    package var descriptors = 0

    package init(version: String, started: Double, now: Double) {
        self.version = version
        self.started = started
        self.now = now
    }

    /// As things are now.
    init(version: String, started: Double) {
        self.init(version: version, started: started, now: Self.time(of: CLOCK_REALTIME))
        processorTime = Self.time(of: CLOCK_PROCESS_CPUTIME_ID)
        residentMemory = Self.residentMemory
        threads = Self.entries(of: "/proc/self/task")
        // The descriptor that reads the folder is one of them.
        descriptors = Self.entries(of: "/proc/self/fd") - 1
    }

    /// Units: seconds.
    static func time(of clock: Int32) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static var residentMemory: Int {
        guard let file = fopen("/proc/self/statm", "re") else { return 0 }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = fread(&bytes, 1, bytes.count, file)
        let pages = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ").dropFirst().first
        return (pages.flatMap { Int($0) } ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    }

    private static func entries(of folder: String) -> Int {
        guard let listing = opendir(folder) else { return 0 }
        defer { closedir(listing) }
        var count = 0
        while let entry = readdir(listing) {
            // All names are numbers but those of the folder itself and of the one above it.
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        return count
    }
}
