internal import CGStreamer
internal import Frames

/// A GLib main loop on a thread of its own, named `rtsp`: where an RTSP server lives.
final class RTSPLoop: @unchecked Sendable {  // Sendable because GLib guards a context itself, the rest is set once
    /// What a source does; false takes the source away.
    private final class Work {
        let body: () -> Bool

        init(_ body: @escaping () -> Bool) { self.body = body }
    }

    private let context: OpaquePointer
    private let loop: OpaquePointer
    private let thread: StageThread

    /// Throws: `FrameError` where the system has no thread to give.
    init() throws(FrameError) {
        guard let context = g_main_context_new(), let loop = g_main_loop_new(context, 0) else {
            preconditionFailure("GLib makes a main loop or ends the program")
        }
        let thread = StageThread(named: "rtsp") {
            g_main_context_push_thread_default(context)
            g_main_loop_run(loop)
            g_main_context_pop_thread_default(context)
        }
        guard let thread else {
            g_main_loop_unref(loop)
            g_main_context_unref(context)
            throw FrameError(.unavailable, subject: "rtspserversink", detail: "the system gives no further thread")
        }
        (self.context, self.loop, self.thread) = (context, loop, thread)
    }

    deinit {
        g_main_loop_unref(loop)
        g_main_context_unref(context)
    }

    /// Has the loop's thread run something, and does not wait for it.
    func later(_ body: @escaping () -> Void) {
        let source = g_idle_source_new()
        g_source_set_priority(source, 0)
        attach(source) {
            body()
            return false
        }
    }

    /// Has the loop's thread run something, and waits for what comes of it. Not to be called from that thread.
    func perform<Result>(_ body: @escaping () -> Result) -> Result {
        let result = Monitor<Result?>(nil)
        later {
            let value = body()
            result.change { $0 = value }
        }
        return result.wait { $0 }
    }

    /// Runs something every so often, until it returns false.
    func every(milliseconds: Int, _ body: @escaping () -> Bool) {
        attach(g_timeout_source_new(guint(milliseconds)), body)
    }

    /// Runs something whenever a descriptor has something to read, until it returns false.
    func whenReadable(_ descriptor: Int32, _ body: @escaping () -> Bool) {
        let callback: @convention(c) (Int32, GIOCondition, gpointer?) -> gboolean = { _, _, data in
            guard let data else { return 0 }
            return Trampoline.object(data, as: Work.self).body() ? 1 : 0
        }
        let source = g_unix_fd_source_new(descriptor, G_IO_IN)
        g_source_set_callback(
            source, unsafeBitCast(callback, to: GSourceFunc.self), Trampoline.retain(Work(body)), Trampoline.release)
        g_source_attach(source, context)
        g_source_unref(source)
    }

    private func attach(_ source: UnsafeMutablePointer<GSource>?, _ body: @escaping () -> Bool) {
        g_source_set_callback(
            source,
            { data in
                guard let data else { return 0 }
                return Trampoline.object(data, as: Work.self).body() ? 1 : 0
            }, Trampoline.retain(Work(body)), Trampoline.release)
        g_source_attach(source, context)
        g_source_unref(source)
    }

    /// Ends the loop and waits for its thread. Called once, from another thread.
    func stop() {
        later { [loop] in g_main_loop_quit(loop) }
        thread.join()
    }
}
