internal import Glibc

/// Starts a thread that may wait for as long as it likes, as those of a pool may not; false where the system has none
/// to give. Nobody waits for its end.
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    final class Start: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let start = Unmanaged.passRetained(Start(body))
    var thread = pthread_t()
    let result = pthread_create(
        &thread, nil,
        { data in
            guard let data else { return nil }
            Unmanaged<Start>.fromOpaque(data).takeRetainedValue().body()
            return nil
        }, start.toOpaque())
    guard result == 0 else {
        start.release()
        return false
    }
    pthread_detach(thread)
    return true
}
