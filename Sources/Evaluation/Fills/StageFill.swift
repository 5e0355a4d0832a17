package import Frames
internal import InpaintElement
internal import MediaGraph

/// Fills with the stage itself: the element's own filter, as `inpaintd run` would have it, without the threads round it.
package struct StageFill: ClipFill {
    /// Times that no session depends on. Units: nanoseconds.
    private static let frameNanoseconds: UInt64 = 40_000_000

    package let name: String
    private let settings: StageSettings
    private let notice: (String) -> Void

    /// - Parameters:
    ///   - settings: what is not the element's default; the frames' holes come as its mask stream.
    ///   - notice: told what a user should know and what is no failure.
    ///
    /// Throws: `FrameError` or `WeightError` for settings and weights that cannot be used, before any clip is read.
    package init(name: String, settings: StageSettings, notice: @escaping (String) -> Void = { _ in }) throws {
        self.name = name
        self.settings = settings
        self.notice = notice
        _ = try makeFilter()
    }

    package func fill(_ frames: [RGBPicture], holes: [Mask]) throws -> FilledClip {
        let filter = try makeFilter()
        return try FilledClip { try play(frames, holes, through: filter) }
    }

    private func makeFilter() throws -> any FrameFilter {
        try GStreamer.initialize()
        let element = Inpaint()
        for (name, value) in settings.values {
            try element.check(value, for: name)
            element.setProperty(name, to: value)
        }
        return try element.makeFilter(notice: notice)
    }

    private func play(
        _ frames: [RGBPicture], _ holes: [Mask], through filter: any FrameFilter
    ) throws -> [RGBPicture] {
        guard let first = frames.first else { return [] }
        let layout = FrameLayout(format: .rgb, width: first.width, height: first.height, colorimetry: "sRGB")
        try filter.configure(layout, isLive: false)
        var filled: [RGBPicture] = []
        func receive() throws {
            while let frame = try filter.receive() {
                guard let storage = frame.storage as? PictureStorage else {
                    preconditionFailure("a filter gives frames back with the storage they came with")
                }
                filled.append(storage.picture)
            }
        }
        for (index, (picture, hole)) in zip(frames, holes).enumerated() {
            let frame = Frame(
                layout: layout, pts: Timestamp(nanoseconds: UInt64(index) * Self.frameNanoseconds),
                duration: Timestamp(nanoseconds: Self.frameNanoseconds), storage: PictureStorage(picture))
            let mask = GrayImage(width: hole.width, height: hole.height, pixels: hole.pixels.map { $0 == 0 ? 0 : 255 })
            try filter.send(frame, mask: mask)
            try receive()
        }
        try filter.drain()
        try receive()
        precondition(filled.count == frames.count, "as many frames come out as went in")
        return filled
    }
}
