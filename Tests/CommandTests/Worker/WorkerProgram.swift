import Daemon
import Foundation
import Glibc
import Synchronization
import Testing

/// `inpaintd worker` with a socket as its descriptor 3, started and listened to as its supervisor does.
final class WorkerProgram: Sendable {
    /// How it ended, and all it told.
    struct Outcome {
        /// The exit status; nil where a signal ended it.
        let status: Int32?
        let reports: [WorkerReport]
        let errors: String

        var fault: StreamFault? { faults.first }

        var faults: [StreamFault] {
            reports.compactMap { if case .fault(let fault) = $0 { fault } else { nil } }
        }

        var hasEnded: Bool { reports.contains(.ended) }

        /// The first stage, as it was told last.
        var stage: WorkerProgress.Stage? { reports.lastStage }

        func counter(_ name: String) -> UInt64? { stage?.counters[name] }

        /// Whether every frame that came in went out or is accounted for.
        var isBalanced: Bool {
            let counters = stage?.counters ?? [:]
            let gone = ["frames-out", "frames-flushed", "frames-lost"].map { counters[$0, default: 0] }
            return !counters.isEmpty && counters["frames-in", default: 0] == gone.reduce(0, +)
        }
    }

    let process: pid_t
    private let channel: WorkerChannel<WorkerRequest, WorkerReport>
    private let errors: URL
    private let heard = Mutex<(reports: [WorkerReport], isOver: Bool)>(([], false))
    /// Signalled with every report, and at the end.
    private let news = DispatchSemaphore(value: 0)
    private let questions = Atomic(0)

    /// Starts a worker, and sends it its stream.
    init(_ stream: StreamConfiguration) throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Child.Timeout(description: "no socket pair")
        }
        errors = FileManager.default.temporaryDirectory.appending(path: "inpaintd-worker-\(UUID().uuidString)")
        channel = WorkerChannel(descriptor: ends[0])
        process = try Self.spawn(Program.executable.path, socket: ends[1], errors: errors.path)
        close(ends[1])
        channel.send(.play(stream))
        DispatchQueue(label: "worker-reports").async { [self] in listen() }
    }

    deinit {
        // What it said is read by then, or of no interest.
        try? FileManager.default.removeItem(at: errors)
    }

    /// A stream of a text with `${weights}` for the smallest network there is.
    convenience init(
        text: String, knobs: [String: String] = [:], stopTimeout: Duration = .seconds(30), secrets: [String] = []
    ) throws {
        let weights = text.contains("${weights}") ? ["weights": Self.weights] : [:]
        try self.init(
            StreamConfiguration(
                name: "test", source: .text(text), knobs: knobs.merging(weights) { given, _ in given },
                stopTimeout: stopTimeout, secrets: secrets))
    }

    static let weights = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "InpaintingTests/Fixtures/Weights/tiny.safetensors").path

    /// Live frames in real time, repaired: what comes after it is the test's.
    static let live =
        "videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=96,height=64,framerate=25/1"
        + " ! inpaint name=stage mask=rect:20,20,8,8 weights=${weights}"

    func send(_ request: WorkerRequest) { channel.send(request) }

    /// Asks for a property to be set; why not, where it was not.
    func set(_ property: String, _ value: String, of element: String = "stage") throws -> String? {
        try ask { .set(id: $0, element: element, property: property, value: value) }.refusal
    }

    func graph() throws -> String? { try ask { .graph(id: $0) }.value }

    private func ask(_ request: (Int) -> WorkerRequest) throws -> (value: String?, refusal: String?) {
        let id = questions.add(1, ordering: .relaxed).newValue
        send(request(id))
        return try wait(for: "answer \(id)") { reports in
            for case .answer(id, let value, let refusal) in reports { return (value, refusal) }
            return nil
        }
    }

    /// Goes away, as a supervisor does that is killed.
    func leave() { channel.close() }

    func kill(_ signal: Int32) { Glibc.kill(process, signal) }

    /// Waits until a counter of the first stage has reached a number.
    func wait(for counter: String, toReach count: UInt64) throws {
        try wait(for: "\(counter) \(count)") { reports in
            reports.lastStage?.counters[counter].flatMap { $0 >= count ? () : nil }
        }
    }

    /// Waits until the reports hold what is looked for.
    func wait<Found>(for purpose: String, _ find: ([WorkerReport]) -> Found?) throws -> Found {
        let deadline = DispatchTime.now() + Child.patience
        while true {
            let (found, isOver) = heard.withLock { (find($0.reports), $0.isOver) }
            if let found { return found }
            guard !isOver, news.wait(timeout: deadline) == .success else {
                kill(SIGKILL)
                let reports = heard.withLock { $0.reports.map { "\($0)" }.joined(separator: "\n") }
                throw Child.Timeout(description: "waited in vain for \(purpose); it told:\n\(reports)")
            }
        }
    }

    /// Waits for the end.
    func finish() throws -> Outcome {
        let exited = DispatchSemaphore(value: 0)
        let status = Mutex<Int32>(0)
        let process = process
        DispatchQueue(label: "worker-end").async {
            var word: Int32 = 0
            while waitpid(process, &word, 0) < 0, errno == EINTR {}
            status.withLock { $0 = word }
            exited.signal()
        }
        guard exited.wait(timeout: .now() + Child.patience) == .success else {
            kill(SIGKILL)
            throw Child.Timeout(description: "the worker does not end")
        }
        // The reports end with the process.
        while !heard.withLock({ $0.isOver }) { news.wait() }
        let word = status.withLock { $0 }
        return Outcome(
            status: word & 0x7f == 0 ? (word >> 8) & 0xff : nil, reports: heard.withLock { $0.reports },
            errors: try String(contentsOf: errors, encoding: .utf8))
    }

    private func listen() {
        // What cannot be understood ends the reports, and is missed there.
        while let report = try? channel.receive() {
            heard.withLock { $0.reports.append(report) }
            news.signal()
        }
        heard.withLock { $0.isOver = true }
        news.signal()
    }

    private static func spawn(_ program: String, socket: Int32, errors: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, socket, 3)
        var arguments = [strdup(program), strdup("worker"), nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        guard posix_spawn(&process, program, &actions, nil, &arguments, environ) == 0 else {
            throw Child.Timeout(description: "\(program) cannot be started")
        }
        return process
    }
}

extension [WorkerReport] {
    /// The first stage, as it was told last.
    var lastStage: WorkerProgress.Stage? {
        for case .progress(let progress) in reversed() { return progress.stages.first }
        return nil
    }

    /// What the event of a name says.
    func event(_ name: String) -> String? {
        for case .event(name, let detail) in self { return detail }
        return nil
    }
}
