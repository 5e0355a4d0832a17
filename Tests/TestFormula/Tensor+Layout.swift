public import Networks

/// The two orders of a map's values: goldens are planar, layers work channels-last.
extension Tensor {
    /// [T, C, H, W] → [T, H, W, stored channels], the surplus zero.
    public var channelsLast: Tensor {
        let (frames, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
        let stored = Tensor.storedChannels(channels)
        var moved = [Float](repeating: 0, count: frames * height * width * stored)
        for (index, value) in array.enumerated() {
            let (plane, place) = index.quotientAndRemainder(dividingBy: height * width)
            let (frame, channel) = plane.quotientAndRemainder(dividingBy: channels)
            moved[(frame * height * width + place) * stored + channel] = value
        }
        return Tensor(shape: [frames, height, width, stored], values: moved)
    }

    /// [T, H, W, stored channels] → [T, channels, H, W]; nil where a surplus channel is not zero.
    public func planar(channels: Int) -> Tensor? {
        let (frames, height, width, stored) = (shape[0], shape[1], shape[2], shape[3])
        guard stored == Tensor.storedChannels(channels) else { return nil }
        var moved = [Float](repeating: 0, count: frames * channels * height * width)
        for (index, value) in array.enumerated() {
            let (pixel, channel) = index.quotientAndRemainder(dividingBy: stored)
            let (frame, place) = pixel.quotientAndRemainder(dividingBy: height * width)
            if channel < channels {
                moved[(frame * channels + channel) * height * width + place] = value
            } else if value != 0 {
                return nil
            }
        }
        return Tensor(shape: [frames, channels, height, width], values: moved)
    }
}
