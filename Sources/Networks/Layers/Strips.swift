/// A map's places cut into items for the workers: strips that fit the cache, and enough of them to share.
struct Strips {
    private let places: Int
    private let stripsPerFrame: Int
    /// Places of a strip, but for the last of a frame.
    let length: Int
    let count: Int

    /// - Parameter floatsPerPlace: what the work on one place reads and writes.
    init(places: Int, frames: Int = 1, floatsPerPlace: Int, threads: Int) {
        let cached = Self.cacheFloats / max(floatsPerPlace, 1)
        let share = places * frames / (Self.itemsPerThread * threads)
        let length = max(Self.step, min(cached, share) / Self.step * Self.step)
        self.places = places
        self.length = min(length, places)
        stripsPerFrame = (places + length - 1) / length
        count = stripsPerFrame * frames
    }

    subscript(item: Int) -> (frame: Int, places: Range<Int>) {
        let (frame, strip) = item.quotientAndRemainder(dividingBy: stripsPerFrame)
        return (frame, strip * length..<min((strip + 1) * length, places))
    }

    /// Rows that the kernels of every level divide evenly.
    private static let step = 12
    /// Half of a small second-level cache; the weights pass through the rest.
    private static let cacheFloats = 1 << 17
    /// Enough for the threads to end at about the same time.
    private static let itemsPerThread = 4
}
