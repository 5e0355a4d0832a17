internal import Glibc

/// What the system says of this process.
enum ThisProcess {
    /// The most memory it has had in use. Units: bytes.
    ///
    /// Not what `getrusage` says, which keeps the figure of the process that this one was started from.
    static var greatestMemory: Int { status("VmHWM:") }

    /// The memory it has in use. Units: bytes.
    static var memory: Int { status("VmRSS:") }

    /// Its living threads.
    static var threads: Int { Int(word(of: "Threads:") ?? "") ?? 0 }

    /// Its open descriptors, the one that looks not counted.
    static var descriptors: Int {
        guard let listing = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(listing) }
        var count = 0
        while let entry = readdir(listing) {
            // `.` and `..` are no descriptors.
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        return max(0, count - 1)
    }

    /// Closes every descriptor above one: what whoever started this process left open by chance.
    static func closeDescriptors(above last: Int32) {
        guard let listing = opendir("/proc/self/fd") else { return }
        defer { closedir(listing) }
        var strays: [Int32] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let descriptor = Int32(name), descriptor > last, descriptor != dirfd(listing) {
                strays.append(descriptor)
            }
        }
        for descriptor in strays { close(descriptor) }
    }

    /// Time since it was started, to a hundredth of a second.
    static var age: Double {
        // The name, the second field, may hold anything; after it the 22nd field is the 20th.
        let fields = contents(of: "/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 19, let ticks = Double(fields[19]) else { return 0 }
        var now = timespec()
        clock_gettime(CLOCK_BOOTTIME, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9 - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Processor time of all its threads, those that have ended too. Units: seconds.
    static var processorTime: Double {
        var now = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }

    /// Processor time of its living threads, by name; threads of one name are added up. Units: seconds.
    static var threadTimes: [String: Double] {
        let folder = "/proc/self/task"
        guard let listing = opendir(folder) else { return [:] }
        defer { closedir(listing) }
        var times: [String: Double] = [:]
        while let entry = readdir(listing) {
            let thread = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // Nanoseconds on a processor, then others.
            let figures = contents(of: "\(folder)/\(thread)/schedstat").split(separator: " ")
            guard let spent = figures.first.flatMap({ Double($0) }) else { continue }
            let name = contents(of: "\(folder)/\(thread)/comm").split(separator: "\n").first
            times[name.map(String.init) ?? "", default: 0] += spent / 1e9
        }
        return times
    }

    /// The runnable threads of the whole machine, this process's among them, averaged over the last minute.
    static var machineLoad: Double {
        var loads = [0.0]
        return getloadavg(&loads, 1) == 1 ? loads[0] : 0
    }

    /// The processor's name, as it calls itself.
    static var processor: String {
        let line = contents(of: "/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
        let name = line?.split(separator: ":", maxSplits: 1).last?.drop { $0 == " " }
        return name.map(String.init) ?? "unknown"
    }

    /// A line of /proc/self/status that is given in KiB.
    private static func status(_ key: String) -> Int {
        (word(of: key).flatMap { Int($0) } ?? 0) * 1024
    }

    /// The first word of a line of /proc/self/status.
    private static func word(of key: String) -> Substring? {
        let line = contents(of: "/proc/self/status").split(separator: "\n").first { $0.hasPrefix(key) }
        return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
    }

    /// A file of the kernel's, which does not say how long it is; empty where it cannot be read.
    private static func contents(of path: String) -> String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&part, 1, part.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += part[..<count]
        }
    }
}
