/// One plane of a mapped picture; row `y` starts `y * strideBytes` bytes after `base`.
///
/// Ownership: borrowed from the mapping that handed it out, and never kept beyond it.
public struct Plane {
    public let base: UnsafeMutableRawPointer
    public let strideBytes: Int

    public init(base: UnsafeMutableRawPointer, strideBytes: Int) {
        self.base = base
        self.strideBytes = strideBytes
    }
}

/// The memory of one picture, mapped on demand.
///
/// Called from one thread at a time.
public protocol FrameStorage: AnyObject, Sendable {
    /// Maps the planes for reading.
    func read<Result>(_ body: ([Plane]) throws -> Result) throws -> Result
    /// Maps the planes for writing; a storage that others share is copied first, so that only this frame changes.
    func write<Result>(_ body: ([Plane]) throws -> Result) throws -> Result
}

/// One picture of a stream, in the format it came in.
public struct Frame: Sendable {
    public let layout: FrameLayout
    /// Presentation time; nil where the stream has none.
    public let pts: Timestamp?
    public let duration: Timestamp?
    /// When it reached the stage, by the monotonic clock; nil where nobody noted it.
    public let arrival: Timestamp?
    public let storage: any FrameStorage
    /// Whether its mask had not come in time: what is handed with it is an earlier one.
    public let isMaskLate: Bool
    /// What was found in it before it came.
    public let objects: [FrameObject]
    /// How the filter filled the frame's hole; nil where it filled none. Whoever looks at the finished frame is told.
    public var rung: Rung?

    public init(
        layout: FrameLayout, pts: Timestamp?, duration: Timestamp?, arrival: Timestamp? = nil,
        storage: any FrameStorage, isMaskLate: Bool = false, objects: [FrameObject] = []
    ) {
        self.layout = layout
        self.pts = pts
        self.duration = duration
        self.arrival = arrival
        self.storage = storage
        self.isMaskLate = isMaskLate
        self.objects = objects
    }
}
