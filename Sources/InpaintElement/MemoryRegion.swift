internal import ClassicalFill
internal import Frames
internal import Inpainting
internal import MediaGraph

/// One region of a stream that is filled as it comes, at one size of its picture: what the network remembers of it, and
/// what does instead where the network has no time.
///
/// Ownership: the planes of a fill, in the frame's format, hold until the next call.
final class MemoryRegion {
    /// Frames for which one fill may stand: half a second at 25 a second. After that the picture round it has moved on.
    private static let longestReuse = 12

    let region: Region
    /// What is done to its fills before they are laid over frames.
    let finish: FillFinish
    private let format: PixelFormat
    private let memory: any FillMemory
    private let converter: RegionConverter
    private let border: BorderFill
    private var picture: [UInt8]
    /// The last hole's pixels at the picture's size; most holes stay the same.
    private var sampled: (parts: [AlphaMask], pixels: [UInt8])?
    /// What the network made last, the hole that it made it for, and the frames that have come since.
    private var last: (fill: [UInt8], hole: [UInt8], age: Int)?

    /// Throws: `FrameError` where the frames cannot be converted.
    init(region: Region, layout: FrameLayout, model: InpaintModel) throws {
        let size = region.size
        self.region = region
        format = layout.format
        finish = FillFinish(layout: layout, region: region, settings: model.finish)
        memory = try model.makeMemory(size)
        converter = try RegionConverter(layout: layout, region: region.box, width: size.width, height: size.height)
        border = BorderFill(width: size.width, height: size.height)
        picture = [UInt8](repeating: 0, count: size.width * size.height * 3)
    }

    /// Frames that the network's next pass sees, the new one included.
    var attended: Int { memory.attended }

    /// Resets so far because the scene changed.
    var sceneCuts: Int { memory.sceneCuts }

    /// Notes that a frame has come, whatever is done for it.
    func beginFrame() {
        last?.age += 1
    }

    /// Shows the frame to the network; nil where it has no hole here.
    func fill(_ frame: Frame, hole: Hole, attending reach: MemorySession.Reach?) throws -> [Plane]? {
        try read(frame)
        let cutsBefore = memory.sceneCuts
        let pixels = sample(hole)
        let fill = picture.withUnsafeBytes { memory.fill(picture: $0, hole: pixels, attending: reach) }
        if memory.sceneCuts > cutsBefore {
            last = nil
            finish.reset()
        }
        guard let fill else { return nil }
        last = (fill, pixels, 0)
        return try patch(from: fill)
    }

    /// What the network made of an earlier frame, if that is not too long ago, of the same scene, and of all of the hole:
    /// outside its own hole a fill shows the picture as it came.
    func lastFill(_ frame: Frame, hole: Hole) throws -> [Plane]? {
        guard let last, last.age <= Self.longestReuse else { return nil }
        let pixels = sample(hole)
        guard pixels == last.hole || zip(pixels, last.hole).allSatisfy({ $0 <= $1 }) else { return nil }
        try read(frame)
        let cutsBefore = memory.sceneCuts
        picture.withUnsafeBytes { memory.watch(picture: $0, hole: pixels) }
        guard memory.sceneCuts == cutsBefore else {
            self.last = nil
            finish.reset()
            return nil
        }
        return try patch(from: last.fill)
    }

    /// A fill from the hole's border, without the network.
    func interpolation(_ frame: Frame, hole: Hole) throws -> [Plane] {
        try read(frame)
        border.fill(&picture, hole: sample(hole))
        return try patch(from: picture)
    }

    /// Forgets the past.
    func reset() {
        memory.reset()
        finish.reset()
        last = nil
    }

    private func read(_ frame: Frame) throws {
        try picture.withUnsafeMutableBytes { try converter.read(frame, into: $0) }
    }

    private func patch(from picture: [UInt8]) throws -> [Plane] {
        try picture.withUnsafeBytes { try converter.patch(from: $0) }
    }

    private func sample(_ hole: Hole) -> [UInt8] {
        if let sampled, sampled.parts == hole.parts { return sampled.pixels }
        let pixels = region.hidden(hole, in: format)
        sampled = (hole.parts, pixels)
        return pixels
    }
}
