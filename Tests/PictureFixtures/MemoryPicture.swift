public import Frames

/// A picture in plain memory: random bytes everywhere, rows with padding, guard bytes before and after.
public final class MemoryPicture: FrameStorage, @unchecked Sendable {  // Sendable because tests use one thread
    private static let guardBytes = 64

    public let layout: FrameLayout
    /// Times the picture was mapped for writing.
    public private(set) var writes = 0
    private let starts: [Int]
    private let strides: [Int]
    private let memory: UnsafeMutableRawBufferPointer

    public init(_ layout: FrameLayout, paddingBytes: Int, seed: Int) {
        var numbers = SeededNumbers(seed: UInt64(seed))
        var starts: [Int] = []
        var strides: [Int] = []
        var size = Self.guardBytes
        for plane in 0..<layout.format.planeCount {
            let parts = layout.format.components.filter { $0.plane == plane }
            let bytes = parts.map { $0.stepBytes * $0.columns(ofWidth: layout.width) }.max() ?? 0
            starts.append(size)
            strides.append((bytes + paddingBytes + 1) / 2 * 2)
            size += strides[plane] * (parts.map { $0.rows(ofHeight: layout.height) }.max() ?? 0)
        }
        self.layout = layout
        self.starts = starts
        self.strides = strides
        memory = .allocate(byteCount: size + Self.guardBytes, alignment: 64)
        for index in memory.indices { memory[index] = UInt8.random(in: 0...255, using: &numbers) }
    }

    deinit {
        memory.deallocate()
    }

    /// Every byte, padding and guards included.
    public var bytes: [UInt8] { Array(memory) }

    public var planes: [Plane] {
        guard let base = memory.baseAddress else { return [] }
        return zip(starts, strides).map { Plane(base: base + $0, strideBytes: $1) }
    }

    /// Writes other random bytes to some places of `bytes`.
    public func scramble(_ places: Set<Int>, seed: Int) {
        var numbers = SeededNumbers(seed: UInt64(seed))
        for place in places.sorted() { memory[place] = UInt8.random(in: 0...255, using: &numbers) }
    }

    /// Writes a sample that starts at a place of `bytes`.
    ///
    /// Units: levels of 256; a wide sample has ten bits, the high ones.
    public func write(_ level: Double, at place: Int, isWide: Bool) {
        guard isWide else {
            memory[place] = UInt8(min(max(level.rounded(), 0), 255))
            return
        }
        let value = UInt16(min(max((level * 4).rounded(), 0), 1023)) << 6
        (memory[place], memory[place + 1]) = (UInt8(value & 255), UInt8(value >> 8))
    }

    /// Where a sample starts in `bytes`.
    public func place(of component: PixelFormat.Component, column: Int, row: Int) -> Int {
        starts[component.plane] + row * strides[component.plane] + component.offsetBytes + column * component.stepBytes
    }

    /// The places in `bytes` of every sample that covers a pixel of which `isHole` holds.
    public func places(where isHole: (_ x: Int, _ y: Int) -> Bool) -> Set<Int> {
        var places = Set<Int>()
        for y in 0..<layout.height {
            for x in 0..<layout.width where isHole(x, y) {
                for component in layout.format.components {
                    let first = place(
                        of: component, column: x >> component.horizontalShift, row: y >> component.verticalShift)
                    places.formUnion(first..<first + component.bytesPerSample)
                }
            }
        }
        return places
    }

    public func read<Result>(_ body: ([Plane]) throws -> Result) throws -> Result {
        try body(planes)
    }

    public func write<Result>(_ body: ([Plane]) throws -> Result) throws -> Result {
        writes += 1
        return try body(planes)
    }
}
