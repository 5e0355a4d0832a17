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
    private let finish: FillFinish
    private let origin: FillFinish.Origin
    private var detector = SceneCutDetector()
    /// For each frame sent and not finished, whether a cut lies before it.
    private var cuts: [Bool] = []

    /// Throws: `FrameError` where the frames cannot be converted.
    init(region: Region, layout: FrameLayout, model: InpaintModel) throws {
        let size = region.size
        self.region = region
        format = layout.format
        finish = FillFinish(layout: layout, region: region, settings: model.finish)
        origin = model.filler == nil ? .network : .other
        converter = try RegionConverter(layout: layout, region: region.box, width: size.width, height: size.height)
        window = try model.makeWindow(size)
        picture = [UInt8](repeating: 0, count: size.width * size.height * 3)
    }

    func send(_ frame: Frame, hole: Hole) throws {
        try picture.withUnsafeMutableBytes { try converter.read(frame, into: $0) }
        let pixels = region.hidden(hole, in: format)
        picture.withUnsafeBytes { picture in
            cuts.append(
                detector.isCut(before: picture, hole: pixels, width: region.size.width, height: region.size.height))
            window.send(picture: picture, hole: pixels)
        }
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
        if cuts.removeFirst() { finish.reset() }
        return try fill.map { picture in
            try picture.withUnsafeBytes { try converter.patch(from: $0) }
        }
    }

    /// What is done to the fill of the frame of this number before it is laid over the frame.
    func retouch(_ fill: [Plane], over frame: [Plane], hole: Hole, number: Int) -> Retouch? {
        finish.retouch(fill, over: frame, hole: hole, from: origin, number: number)
    }
}
