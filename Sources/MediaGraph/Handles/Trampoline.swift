internal import CGStreamer

/// A Swift object behind a C callback: the C side owns one reference, and its destroy notify gives that back.
enum Trampoline {
    /// A reference for the C side to own, as its user data.
    static func retain(_ object: some AnyObject) -> UnsafeMutableRawPointer {  // transfer full
        Unmanaged.passRetained(object).toOpaque()
    }

    /// The object behind user data; the C side keeps its reference.
    static func object<Object: AnyObject>(_ data: UnsafeMutableRawPointer, as type: Object.Type = Object.self) -> Object
    {
        Unmanaged<Object>.fromOpaque(data).takeUnretainedValue()  // transfer none
    }

    /// Gives back the reference of the C side.
    static let release: GDestroyNotify = { data in
        guard let data else { return }
        Unmanaged<AnyObject>.fromOpaque(data).release()
    }
}
