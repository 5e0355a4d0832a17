package import Frames

/// A way of filling the holes of a clip, from each frame and those before it, or from all.
package protocol ClipFill {
    /// The name of its rows in the table.
    var name: String { get }

    /// The clip with its holes filled; a hole a frame, of the frames' size.
    ///
    /// Throws: `FrameError` for a setting, a file or a picture that cannot be used.
    func fill(_ frames: [RGBPicture], holes: [Mask]) throws -> FilledClip
}

/// What a fill made of a clip.
package struct FilledClip {
    package let frames: [RGBPicture]
    /// What all frames took, from the first one's coming to the last one's leaving.
    package let time: Duration

    /// Takes the time of `body`.
    package init(timing body: () throws -> [RGBPicture]) rethrows {
        let start = ContinuousClock.now
        frames = try body()
        time = ContinuousClock.now - start
    }
}
