import Foundation
import Synchronization
import Testing

/// What the service manager hears of a daemon, whose streams are real.
@Suite("The service manager's watchdog", .serialized) struct WatchdogTests {
    /// The socket of a service manager, and what comes to it.
    private final class Manager: Sendable {
        private struct Heard {
            var messages: [String] = []
            /// How many of them have been looked at.
            var seen = 0
        }

        let path: String
        private let descriptor: Int32
        private let heard = Mutex(Heard())
        private let news = DispatchSemaphore(value: 0)

        init(in folder: String) throws {
            path = "\(folder)/notify"
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
            let isBound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(isBound == 0)
            // Nobody who notifies is kept waiting.
            DispatchQueue(label: "service-manager").async { [self] in listen() }
        }

        private func listen() {
            var bytes = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(descriptor, &bytes, bytes.count, 0)
                guard count > 0 else { break }
                heard.withLock { $0.messages.append(String(decoding: bytes[..<count], as: UTF8.self)) }
                news.signal()
            }
            close(descriptor)
        }

        func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

        /// Waits until a text comes that has not been looked at.
        func wait(for text: String) throws {
            let deadline = DispatchTime.now() + Child.patience
            while true {
                let isThere = heard.withLock { heard in
                    let index = heard.messages[heard.seen...].firstIndex {
                        $0.split(separator: "\n").contains(Substring(text))
                    }
                    heard.seen = index.map { $0 + 1 } ?? heard.messages.count
                    return index != nil
                }
                if isThere { return }
                try #require(news.wait(timeout: deadline) == .success, "the service manager never hears \(text)")
            }
        }

        /// Looks at nothing that came before.
        func forget() { heard.withLock { $0.seen = $0.messages.count } }

        var environment: [String: String] { ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"] }
    }

    @Test("it is fed while a stream runs, fails on schedule, or is stopped")
    func fed() throws {
        try withFolder { folder in
            let manager = try Manager(in: folder)
            defer { manager.end() }
            let streams =
                DaemonRig.stream(
                    "cam", DaemonRig.live + " ! fakesink sync=true", "    stall-timeout: 1s\n    stop-timeout: 1s\n")
                + DaemonRig.stream("away", "rtspsrc location=rtsp://127.0.0.1:1/x ! decodebin ! inpaint ! fakesink")
                + DaemonRig.stream("broken", "videotestsrc ! inpaint mask=rect:1 ! fakesink")
            let rig = try DaemonRig(streams, in: folder, environment: manager.environment)
            try manager.wait(for: "READY=1")
            try rig.program.wait(for: "cam: running")
            try manager.wait(for: "STATUS=1 of 3 streams are running")
            try manager.wait(for: "WATCHDOG=1")
            // A worker that hangs is the stream's trouble, which is seen to in time.
            let children = try rig.program.children()
            let worker = try #require(try rig.ctl("show", "cam", "--json").object()["worker"] as? [String: Any])
            let process = try #require(worker["process"] as? Int)
            try #require(children.contains(pid_t(process)))
            kill(pid_t(process), SIGSTOP)
            try rig.program.wait(for: "cam: fault: stall")
            manager.forget()
            try manager.wait(for: "WATCHDOG=1")
            try rig.program.wait(for: "cam: killed")
            try rig.program.wait { $0.components(separatedBy: "cam: running").count == 3 }
            manager.forget()
            for _ in 0..<3 { try manager.wait(for: "WATCHDOG=1") }
            rig.program.send(SIGTERM)
            try manager.wait(for: "STOPPING=1")
            #expect(try rig.program.finish().status == 0)
        }
    }
}
