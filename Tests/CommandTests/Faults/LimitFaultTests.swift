import Daemon
import Foundation
import Glibc
import Testing

/// A system that gives no more.
@Suite("System limits", .timeLimit(.minutes(3)), .serialized)
struct LimitFaultTests {
    private static let text = FaultDaemon.text(FaultDaemon.live + " ! fakesink")

    /// - Parameter launcher: what started the process, where it belongs to another user.
    private func limit(_ what: String, of process: pid_t, to value: String, launcher: [String] = []) throws {
        let outcome = try Child(launcher + ["prlimit", "--pid", "\(process)", "--\(what)=\(value):"]).finish()
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    private func count(_ list: String, of process: pid_t) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/\(list)").count
    }

    @Test("a daemon without a free descriptor starts no worker, says so, and does when there are some again")
    func descriptors() throws {
        try withFolder { folder in
            let daemon = try FaultDaemon(["a": Self.text, "b": Self.text], in: folder)
            try daemon.wait(for: " a: running")
            try daemon.wait(for: " b: running")
            let (a, b, process) = (try daemon.worker(of: "a"), try daemon.worker(of: "b"), daemon.program.identifier)
            // One number is left, and two go with the worker: a new one needs four for a moment.
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").compactMap { Int($0) }
            let free = try #require((0...open.count).first { !open.contains($0) })
            try limit("nofile", of: process, to: "\(free + 1)")
            kill(a, SIGKILL)
            try daemon.wait(for: " a: fault: crash: a worker cannot be started: ")
            #expect(try daemon.program.children() == [b])
            try limit("nofile", of: process, to: "1024")
            try daemon.wait(for: " a: running", times: 2)
            #expect(try daemon.worker(of: "b") == b)
            let outcome = try daemon.end()
            #expect(outcome.count(of: "Too many open files") >= 1, "\(outcome.errors)")
            #expect(outcome.lines(of: "a", "fault").count == outcome.lines(of: "a", "retrying").count)
        }
    }

    @Test("a user without a free thread gets faults from the workers that cannot start, and a daemon that goes on")
    func threads() throws {
        // A user of its own, whose threads are these alone; root has no limit.
        let user = "54\(getpid() % 1000 + 1000)"
        let launcher = ["/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups"]
        guard getuid() == 0, isReadable(by: launcher) else {
            print("SKIPPED: threads can only be limited where another user can be taken that reads the program")
            return
        }
        try withFolder { folder in
            try #require(chmod(folder, 0o777) == 0)
            // Nobody has listed GStreamer's elements for that user yet: a worker's start takes long.
            let text = FaultDaemon.text(FaultDaemon.live + " ! fakesink", "start-timeout: 1h")
            let daemon = try FaultDaemon(
                ["a": text, "b": text], in: folder,
                launcher: launcher + ["/usr/bin/env", "GST_REGISTRY=\(folder)/registry"])
            try daemon.wait(for: " a: running")
            try daemon.wait(for: " b: running")
            let (a, b, process) = (try daemon.worker(of: "a"), try daemon.worker(of: "b"), daemon.program.identifier)
            let others = try count("task", of: process) + count("task", of: b)
            // With what the worker leaves there is a process that nobody can listen to, or one without a thread more.
            let steps: [(spare: Int, victim: pid_t?)] = [(0, a), (2, nil)]
            for (spare, victim) in steps {
                let before = try faults(in: daemon)
                try limit("nproc", of: process, to: "\(others + spare)", launcher: launcher)
                if let victim { kill(victim, SIGKILL) }
                #expect(try becomes { try faults(in: daemon) >= before + 2 })
                #expect(isRunning(process) && isRunning(b))
            }
            try limit("nproc", of: process, to: "4096", launcher: launcher)
            try daemon.wait(for: " a: running", times: 2)
            #expect(try daemon.worker(of: "b") == b)
            let outcome = try daemon.end()
            #expect(outcome.count(of: "the system gives no further thread") >= 1, "\(outcome.errors)")
            let told = outcome.lines(of: "a", "fault")
            #expect(told.count == outcome.lines(of: "a", "retrying").count, "\(outcome.errors)")
            #expect(outcome.lines(of: "a", "failed").isEmpty)
        }
    }

    private func faults(in daemon: FaultDaemon) throws -> Int {
        try daemon.show("a").restarts.values.reduce(0, +)
    }

    private func isReadable(by launcher: [String]) -> Bool {
        // try? because what cannot be started cannot be used.
        (try? Program(["--version"], launcher: launcher).finish().status) == 0
    }
}
