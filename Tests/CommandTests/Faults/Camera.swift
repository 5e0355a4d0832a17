import Foundation
import Synchronization

/// A camera that does wrong what it is told to do wrong: the program `TestCamera`, started and told.
final class Camera: Sendable {
    /// A moving picture in real time, as H.264. `size` is its capsfilter, `pay0` has the packets.
    static func picture(payloader: String = "", network: String = "") -> String {
        let pay = "rtph264pay pt=96 config-interval=-1 \(payloader)"
        return "( videotestsrc is-live=true pattern=ball ! capsfilter name=size caps=\(caps(96, 64))"
            + " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25"
            + " ! \(network.isEmpty ? "\(pay) name=pay0" : "\(pay) ! \(network) name=pay0") )"
    }

    static func caps(_ width: Int, _ height: Int) -> String {
        "video/x-raw,format=I420,width=\(width),height=\(height),framerate=25/1"
    }

    let port: Int
    private let child: Child
    /// Answers that were waited for.
    private let answers = Mutex(0)

    /// Starts one that shows a picture at `/cam`.
    ///
    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - login: user and password that it asks for; `isDigest` says in which way.
    init(
        port: Int = 0, showing picture: String = Camera.picture(), login: (user: String, password: String)? = nil,
        isDigest: Bool = false
    ) throws {
        let guarded = login.map { ["--user", $0.user, "--password", $0.password] + (isDigest ? ["--digest"] : []) }
        child = try Child(
            [Program.executable.deletingLastPathComponent().appending(path: "TestCamera").path, "--port", "\(port)"]
                + (guarded ?? []) + ["/cam=\(picture)"], input: .open)
        try child.wait("for its port") { !$0.lines.isEmpty }
        let first = child.heard.lines[0]
        guard first.hasPrefix("port "), let port = Int(first.dropFirst(5)) else {
            throw Child.Timeout(description: "the camera says \"\(first)\" instead of its port")
        }
        self.port = port
    }

    func url(_ login: String = "", path: String = "/cam") -> String { "rtsp://\(login)127.0.0.1:\(port)\(path)" }

    /// Tells it what to do, and waits until it is done.
    func tell(_ command: String) throws {
        let number = answers.withLock { answers in
            answers += 1
            return answers
        }
        try child.tell(command)
        try child.wait("for \(command)") { $0.lines.count > number }
        let answer = child.heard.lines[number]
        guard answer == "ok" else { throw Child.Timeout(description: "\(command): the camera says \(answer)") }
    }

    func send(_ signal: Int32) { child.send(signal) }

    /// Ends it as a power cut does.
    func kill() { child.stop() }
}
