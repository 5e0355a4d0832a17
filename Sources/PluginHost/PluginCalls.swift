internal import Dispatch
internal import Frames
internal import Synchronization

/// Calls one instance of a plugin, in time: on a thread of its own, which is left alone when it takes too long.
///
/// A call that fails or comes too late costs its answer. After so many in a row the plugin is called no more.
final class PluginCalls: Sendable {
    /// Failed calls in a row after which it is not called any more.
    static let patience = 25

    private struct State {
        var isBusy = false
        var failures = 0
        var isOff = false
    }

    private let name: String
    private let queue: DispatchQueue
    private let notice: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// - Parameter notice: told of the first failure in a row, and of the end.
    init(of name: String, notice: @escaping @Sendable (String) -> Void) {
        self.name = name
        self.notice = notice
        queue = DispatchQueue(label: "plugin \(name)")
    }

    /// Whether it is called no more.
    var isOff: Bool { state.withLock { $0.isOff } }

    /// Calls, and waits for the answer for so long; nil where there is none.
    ///
    /// - Parameter body: runs on the plugin's thread, and may still run when this has returned.
    func call<Answer: Sendable>(
        within limit: Duration, _ body: @escaping @Sendable () -> Result<Answer, PluginFailure>
    ) -> Answer? {
        let mayCall = state.withLock { state in
            guard !state.isOff, !state.isBusy else { return false }
            state.isBusy = true
            return true
        }
        guard mayCall else {
            fail("it still works on an earlier frame")
            return nil
        }
        let box = AnswerBox<Answer>()
        let done = DispatchSemaphore(value: 0)
        queue.async { [self] in
            box.set(body())
            state.withLock { $0.isBusy = false }
            done.signal()
        }
        let nanoseconds = Int(limit / .nanoseconds(1))
        guard done.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success, let answer = box.answer else {
            fail("it did not answer within \(Int((limit / .milliseconds(1)).rounded())) ms")
            return nil
        }
        switch answer {
        case .success(let value):
            state.withLock { $0.failures = 0 }
            return value
        case .failure(let failure):
            fail(failure.reason)
            return nil
        }
    }

    private func fail(_ reason: String) {
        let news: String? = state.withLock { state in
            guard !state.isOff else { return nil }
            state.failures += 1
            state.isOff = state.failures >= Self.patience
            if state.isOff {
                return
                    "plugin \(name) is switched off: \(Self.patience) frames in a row failed, the last because \(reason)"
            }
            return state.failures == 1 ? "plugin \(name) failed: \(reason)" : nil
        }
        if let news { notice(news) }
    }
}

/// Why a call gave nothing.
struct PluginFailure: Error {
    let reason: String
}

private final class AnswerBox<Answer: Sendable>: Sendable {
    private let content = Mutex<Result<Answer, PluginFailure>?>(nil)

    var answer: Result<Answer, PluginFailure>? { content.withLock { $0 } }

    func set(_ answer: Result<Answer, PluginFailure>) { content.withLock { $0 = answer } }
}
