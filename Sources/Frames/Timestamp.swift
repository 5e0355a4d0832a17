/// A point on a stream's time line, or a length of it.
///
/// Units: nanoseconds, as GStreamer counts them.
public struct Timestamp: Hashable, Comparable, Sendable {
    public var nanoseconds: UInt64

    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    public static let zero = Timestamp(nanoseconds: 0)

    /// The later point; the last there is where none is so late.
    public func advanced(by length: Timestamp) -> Timestamp {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(length.nanoseconds)
        return Timestamp(nanoseconds: overflow ? .max : sum)
    }

    /// The length from an earlier point to this one; zero where that is later.
    public func elapsed(since earlier: Timestamp) -> Timestamp {
        Timestamp(nanoseconds: nanoseconds - min(nanoseconds, earlier.nanoseconds))
    }

    /// So many times the length; the longest there is where none is so long.
    public func repeated(_ times: Int) -> Timestamp {
        let (product, overflow) = nanoseconds.multipliedReportingOverflow(by: UInt64(times))
        return Timestamp(nanoseconds: overflow ? .max : product)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}
