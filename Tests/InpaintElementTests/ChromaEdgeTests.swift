import Frames
import InpaintElement
import Inpainting
import PictureFixtures
import Testing

/// A coloured overlay on grey, in formats whose chroma is shared by pixels in the hole and beside it.
@Suite struct ChromaEdgeTests {
    private static func layout(_ format: PixelFormat) -> FrameLayout {
        FrameLayout(format: format, width: 320, height: 240)
    }
    /// On odd coordinates, so that chroma samples lie across its edges.
    private static let logo = Rectangle(x: 81, y: 51, width: 47, height: 23)
    private static let subsampled: [PixelFormat] = [.i420, .nv12, .p010, .yuy2]

    private static func isLogo(_ x: Int, _ y: Int) -> Bool {
        x >= logo.x && x < logo.right && y >= logo.y && y < logo.bottom
    }

    /// Grey with a magenta logo; a chroma sample is the mean of its pixels.
    private static func paint(_ picture: MemoryPicture, logo isThere: Bool = true) {
        let format = picture.layout.format
        for (index, component) in format.components.enumerated() {
            let (grey, magenta) = index == 0 ? (128, 106) : (128, 202 + 20 * index)
            let (across, down) = (1 << component.horizontalShift, 1 << component.verticalShift)
            for row in 0..<component.rows(ofHeight: 240) {
                for column in 0..<component.columns(ofWidth: 320) {
                    var covered = 0
                    for y in row * down..<(row + 1) * down {
                        for x in column * across..<(column + 1) * across where isThere && isLogo(x, y) { covered += 1 }
                    }
                    let value = grey + (magenta - grey) * covered / (across * down)
                    let plane = picture.planes[component.plane]
                    let place =
                        plane.base + row * plane.strideBytes + component.offsetBytes + column * component.stepBytes
                    if component.bytesPerSample == 1 {
                        place.storeBytes(of: UInt8(value), as: UInt8.self)
                    } else {
                        place.storeBytes(of: UInt16(value) << 8, as: UInt16.self)
                    }
                }
            }
        }
    }

    @Test(
        "no tint is left inside or beside the hole, none reaches the network, and no other chroma changes",
        arguments: subsampled,
        [(grow: 0, feather: 0), (grow: 0, feather: 2), (grow: 1, feather: 1), (grow: 4, feather: 3)])
    func magenta(format: PixelFormat, edge: (grow: Int, feather: Int)) throws {
        let log = PlainMemory.Log()
        let box = Rectangle(x: 32, y: 16, width: 192, height: 96)
        let rig = try StageRig(
            Self.layout(format), mask: "rect:81,51,47,23", grow: edge.grow, feather: edge.feather, region: .box(box),
            session: .memory, isLive: true, memory: { PlainMemory($0, log) })
        try rig.send { Self.paint($0) }

        // What the network may look at is grey, to the byte.
        let (picture, hole) = try #require(log.seen.first)
        #expect(hole.contains(0) && hole.contains(1))
        let known = hole.indices.filter { hole[$0] == 0 }.map { Array(picture[3 * $0..<3 * $0 + 3]) }
        #expect(Set(known).count == 1)

        let clean = MemoryPicture(Self.layout(format), paddingBytes: 5, seed: 0)
        Self.paint(clean, logo: false)
        let after = rig.received[0]
        let isGrown = { (x: Int, y: Int) in
            let (left, right) = (max(Self.logo.x - x, 0), max(x - Self.logo.right + 1, 0))
            return left + right + max(Self.logo.y - y, 0) + max(y - Self.logo.bottom + 1, 0) <= edge.grow
        }
        let masked = after.places(where: Self.isLogo)
        let grown = after.places(where: isGrown)
        for (index, component) in format.components.enumerated() {
            for row in 0..<component.rows(ofHeight: 240) {
                for column in 0..<component.columns(ofWidth: 320) {
                    let place = after.place(of: component, column: column, row: row)
                    for byte in place..<place + component.bytesPerSample where !grown.contains(byte) {
                        #expect(after.bytes[byte] == rig.originals[0][byte], "\(index) at \(column),\(row)")
                    }
                    // Beyond the growth the feather lets the mask's own edge show: that is what it is asked for.
                    let isReplaced = edge.feather <= edge.grow && masked.contains(place)
                    guard index > 0, isReplaced || !masked.contains(place) else { continue }
                    for byte in place..<place + component.bytesPerSample {
                        #expect(after.bytes[byte] == clean.bytes[byte], "\(index) at \(column),\(row)")
                    }
                }
            }
        }
    }

    @Test("chroma fades in with the greatest alpha of its pixels", arguments: subsampled)
    func feather(format: PixelFormat) throws {
        let log = PlainMemory.Log(level: 235)
        let rig = try StageRig(
            Self.layout(format), mask: "rect:81,51,47,23", grow: 4, feather: 3,
            region: .box(Rectangle(x: 32, y: 16, width: 192, height: 96)), session: .memory, isLive: true,
            memory: { PlainMemory($0, log) })
        try rig.send { Self.paint($0) }
        let after = rig.received[0]
        // The row through the middle of the logo, from the left into the hole.
        let row = 62
        for component in format.components.dropFirst() {
            let columns = stride(from: 76, through: 90, by: 2).map { x in
                after.bytes[
                    after.place(of: component, column: x >> 1, row: row >> component.verticalShift)
                        + component.bytesPerSample - 1]
            }
            // Grey to grey: the mask's own magenta shows nowhere.
            #expect(columns.allSatisfy { $0 == 128 }, "\(columns)")
        }
    }
}

/// Fills with one grey, or with what stands in the picture's corner, and notes what it saw.
private final class PlainMemory: FillMemory {
    final class Log {
        let level: UInt8?
        var seen: [(picture: [UInt8], hole: [UInt8])] = []

        init(level: UInt8? = nil) { self.level = level }
    }

    private let log: Log
    let attended = 1
    let sceneCuts = 0

    init(_ size: NetworkSize, _ log: Log) { self.log = log }

    func fill(picture: UnsafeRawBufferPointer, hole: [UInt8], attending limit: MemorySession.Reach?) -> [UInt8]? {
        log.seen.append((Array(picture), hole))
        guard hole.contains(1) else { return nil }
        return (0..<picture.count).map { hole[$0 / 3] == 0 ? picture[$0] : log.level ?? picture[$0 % 3] }
    }

    func watch(picture: UnsafeRawBufferPointer, hole: [UInt8]) {}
    func reset() {}
}
