internal import Glibc

extension DaemonConfiguration.Control {
    /// Where the control socket is unless something else is said: in the user's runtime folder, or in `/run` for root,
    /// or in a folder of `/tmp` with the user's number.
    public static func defaultSocket(environment: [String: String]) -> String {
        defaultSocket(environment: environment, user: geteuid())
    }

    package static func defaultSocket(environment: [String: String], user: UInt32) -> String {
        // The specification of these folders has relative ones ignored.
        if let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") {
            return "\(runtime)/inpaintd/control.sock"
        }
        return user == 0 ? "/run/inpaintd/control.sock" : "/tmp/inpaintd-\(user)/control.sock"
    }

    /// How long a Unix socket's path may be. Units: bytes.
    static let socketPathLimit = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
}
