internal import Frames
internal import Inpainting
internal import MediaGraph

/// One region of the stream, seen through a window of time: takes frames whole, gives back fills in their format.
final class WindowRegion {
    let region: Region
    private let format: PixelFormat
    private let window: any RegionWindow
    private let converter: RegionConverter
    private var picture: [UInt8]

    /// Throws: `FrameError` where the frames cannot be converted.
    init(region: Region, layout: FrameLayout, model: InpaintModel) throws {
        let size = region.size
        self.region = region
        format = layout.format
        converter = try RegionConverter(layout: layout, region: region.box, width: size.width, height: size.height)
        window = try model.makeWindow(size)
        picture = [UInt8](repeating: 0, count: size.width * size.height * 3)
    }

    func send(_ frame: Frame, hole: Hole) throws {
        try picture.withUnsafeMutableBytes { try converter.read(frame, into: $0) }
        picture.withUnsafeBytes { window.send(picture: $0, hole: region.sample(hole, in: format)) }
    }

    func drain() {
        window.drain()
    }

    /// The fill of the next frame in the region's box, in the frame's format; nil where that frame has no hole here.
    ///
    /// Ownership: the planes hold until the next call.
    func nextFill() throws -> [Plane]? {
        guard let fill = window.nextFill() else {
            preconditionFailure("a frame's fill is there once its look-ahead was sent")
        }
        return try fill.map { picture in
            try picture.withUnsafeBytes { try converter.patch(from: $0) }
        }
    }
}
