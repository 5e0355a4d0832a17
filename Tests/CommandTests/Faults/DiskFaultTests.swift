import Daemon
import Foundation
import Glibc
import Testing

/// Disks that are full, and places that cannot be written.
@Suite("Disks that take nothing", .timeLimit(.minutes(3)), .serialized)
struct DiskFaultTests {
    /// About 15 kB a frame.
    private static let noise = FaultDaemon.frames("videotestsrc is-live=true pattern=snow", size: "width=128,height=96")

    private func files(of folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test(
        "a full disk is the first thing told; what is on it plays; tries follow the schedule, and space is used again",
        arguments: ["matroskamux", "mp4mux fragment-duration=200"])
    func full(muxer: String) throws {
        guard OwnDisk.isPossible else { return }
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/disk", withIntermediateDirectories: false)
            let disk = OwnDisk("\(folder)/disk", size: "32m", preparing: "head -c 33000000 /dev/zero > filler")
            let name = muxer == "matroskamux" ? "a.mkv" : "a.mp4"
            let daemon = try FaultDaemon(
                [
                    "a": FaultDaemon.text(
                        Self.noise + FaultDaemon.encoder
                            + " ! \(muxer) ! filesink location=disk/\(name) buffer-mode=unbuffered")
                ], in: folder, launcher: disk.launcher)
            // Where it recorded, and twice where it could not.
            try daemon.wait(for: " a: retrying: ", times: 3)
            let seen = disk.seen(by: daemon.program)
            var recordings = try files(of: seen).filter { $0 != "filler" }
            #expect(recordings.count == 1, "an attempt without a byte leaves nothing: \(recordings)")
            #expect(try probe("\(seen)/\(recordings[0])") > 10)
            #expect(try daemon.show("a").restarts["output"] ?? 0 >= 3)

            #expect(unlink("\(seen)/filler") == 0)
            #expect(try becomes { try files(of: seen).contains(name) && size(of: "\(seen)/\(name)") > 400_000 })
            try daemon.control("stop", "a")
            try daemon.wait(for: " a: stopped")
            recordings = try files(of: seen)
            #expect(recordings.count == 2, "\(recordings)")
            for recording in recordings { #expect(try probe("\(seen)/\(recording)") > 10, "\(recording)") }

            let outcome = try daemon.end()
            let faults = outcome.lines(of: "a", "fault")
            #expect(faults.count == outcome.lines(of: "a", "retrying").count, "\(outcome.errors)")
            for fault in faults {
                #expect(fault.contains("fault: output: ") && fault.contains("disk/\(name)"), "\(fault)")
                #expect(fault.lowercased().contains("no space left"), "\(fault)")
            }
        }
    }

    private func size(of path: String) -> Int {
        // try? because it may be gone again.
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    @Test("an output that cannot be written is the output's fault, named, and the other streams play")
    func unwritable() throws {
        guard OwnDisk.isPossible else { return }
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/disk", withIntermediateDirectories: false)
            let disk = OwnDisk(
                "\(folder)/disk", size: "1m", preparing: "echo earlier > old.mkv; mkdir folder", isReadOnly: true)
            func recording(_ place: String) -> String {
                FaultDaemon.text(Self.noise + FaultDaemon.encoder + " ! matroskamux ! filesink location=\(place)")
            }
            let places = [
                "old": ("disk/old.mkv", "Read-only file system"),
                "new": ("disk/new.mkv", "nothing can be created in disk (Read-only file system)"),
                "folder": ("disk/folder", "is a folder"),
                "missing": ("disk/nowhere/a.mkv", "the folder disk/nowhere cannot be used"),
                "device": ("/dev/full", "No space left"),
            ]
            var streams = places.mapValues { recording($0.0) }
            streams["good"] = recording("good.mkv")
            let daemon = try FaultDaemon(streams, in: folder, launcher: disk.launcher)
            try daemon.wait(for: " good: running")
            for stream in places.keys { try daemon.wait(for: " \(stream): retrying: ") }
            let earlier = try String(contentsOfFile: "\(disk.seen(by: daemon.program))/old.mkv", encoding: .utf8)
            #expect(earlier == "earlier\n")
            let outcome = try daemon.end()
            for (stream, (place, words)) in places {
                let faults = outcome.lines(of: stream, "fault")
                #expect(!faults.isEmpty && faults.count - outcome.lines(of: stream, "retrying").count <= 1)
                #expect(
                    faults.allSatisfy { $0.contains("fault: output: \(place): ") && $0.contains(words) }, "\(faults)")
            }
            #expect(outcome.lines(of: "good", "fault").isEmpty)
            #expect(try probe("\(folder)/good.mkv") > 0)
            var status = stat()
            #expect(stat("/dev/full", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
        }
    }
}
