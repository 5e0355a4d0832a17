import Glibc
import MediaGraph

/// A thread of the test's own, for a call that may wait.
final class TestThread<Value> {
    private final class Box {
        let body: () -> Value
        let result = Monitor<Value?>(nil)
        init(_ body: @escaping () -> Value) { self.body = body }
    }
    private let box: Box

    init(_ body: @escaping () -> Value) {
        let box = Box(body)
        self.box = box
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { data in
                guard let data else { return nil }
                let start = Unmanaged<Start>.fromOpaque(data).takeRetainedValue()
                start.run()
                return nil
            }, Unmanaged.passRetained(Start { box.result.change { [body = box.body] in $0 = body() } }).toOpaque())
        pthread_detach(thread)
    }

    /// What the body returned; waits for it.
    var value: Value { box.result.wait { $0 } }
}

private final class Start {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}
