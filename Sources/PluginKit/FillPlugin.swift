/// A plugin that fills holes.
///
/// Calls come from one thread at a time. As many regions come back as were sent, in the same order.
public protocol FillPlugin: AnyObject {
    /// That of the library's file, without `lib` and `.so`.
    static var name: String { get }
    static var version: String { get }
    /// One line.
    static var summary: String { get }
    static var settings: [PluginSetting] { get }

    /// Throws: What keeps it from working with these values.
    init(_ values: PluginValues) throws

    /// Regions held back: region n comes back once region n + `delay` has been sent.
    var delay: Int { get }
    /// Takes the part of the next frame that lies round its hole. Its memory ends with the call.
    func send(_ region: PluginRegion) throws
    /// Writes the next region that is finished; false until more is sent.
    func receive(into region: PluginRegion) throws -> Bool
    /// Finishes whatever is held: no more comes before the next flush.
    func drain() throws
    func flush()
}

/// A filler that needs no other frame than the one that it fills.
public protocol InstantFillPlugin: FillPlugin {
    /// What has been filled and not been received yet.
    var filled: [UInt8]? { get set }

    /// The region's pixels with the hole filled, as `PluginRegion.packed` gives them.
    func fill(_ region: PluginRegion) -> [UInt8]
}

extension InstantFillPlugin {
    public var delay: Int { 0 }
    public func send(_ region: PluginRegion) { filled = fill(region) }

    public func receive(into region: PluginRegion) -> Bool {
        guard let filled else { return false }
        self.filled = nil
        region.write(filled)
        return true
    }

    public func drain() {}
    public func flush() { filled = nil }
}

/// 8-bit R, G, B in turn, and the hole, of the host, for as long as a call lasts.
public struct PluginRegion {
    public let pixels: UnsafeMutablePointer<UInt8>
    /// Units: bytes from a row of pixels to the next.
    public let stride: Int
    /// 255 in the hole and 0 outside; nil where it is to be filled in.
    public let hole: UnsafePointer<UInt8>?
    /// Units: bytes from a row of the hole to the next.
    public let holeStride: Int
    public let width: Int
    public let height: Int
    /// Nanoseconds in the stream, where it is known.
    public let time: Int64?

    public func row(_ y: Int) -> UnsafeMutablePointer<UInt8> { pixels + y * stride }

    public init(
        pixels: UnsafeMutablePointer<UInt8>, stride: Int, hole: UnsafePointer<UInt8>?, holeStride: Int, width: Int,
        height: Int, time: Int64?
    ) {
        self.pixels = pixels
        self.stride = stride
        self.hole = hole
        self.holeStride = holeStride
        self.width = width
        self.height = height
        self.time = time
    }

    /// Whether a pixel is to be filled.
    public func isHole(_ x: Int, _ y: Int) -> Bool { hole.map { $0[y * holeStride + x] != 0 } ?? false }

    /// The pixels, three bytes each, rows without padding.
    public func packed() -> [UInt8] {
        var all: [UInt8] = []
        all.reserveCapacity(3 * width * height)
        for y in 0..<height { all.append(contentsOf: UnsafeBufferPointer(start: row(y), count: 3 * width)) }
        return all
    }

    /// The hole, a byte a pixel, rows without padding.
    public func packedHole() -> [UInt8] {
        guard let hole else { return [UInt8](repeating: 0, count: width * height) }
        var all: [UInt8] = []
        all.reserveCapacity(width * height)
        for y in 0..<height {
            all.append(contentsOf: UnsafeBufferPointer(start: hole + y * holeStride, count: width))
        }
        return all
    }

    /// Writes pixels as `packed` gives them.
    public func write(_ packed: [UInt8]) {
        precondition(packed.count == 3 * width * height, "three bytes a pixel")
        packed.withUnsafeBufferPointer { packed in
            guard let base = packed.baseAddress else { return }
            for y in 0..<height { row(y).update(from: base + 3 * width * y, count: 3 * width) }
        }
    }
}
