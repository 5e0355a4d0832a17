/// Pixels in the order of their distances; of the same distance, the one that came first.
package struct MarchQueue {
    private struct Entry {
        let distance: Float
        let order: Int
        let pixel: Int

        func comes(before other: Entry) -> Bool {
            distance != other.distance ? distance < other.distance : order < other.order
        }
    }

    /// A binary heap: no entry comes before its parent, which is that of half its index.
    private var entries: [Entry] = []
    private var count = 0

    package init() {}

    package mutating func push(_ pixel: Int, at distance: Float) {
        entries.append(Entry(distance: distance, order: count, pixel: pixel))
        count += 1
        var index = entries.count - 1
        while index > 0, entries[index].comes(before: entries[(index - 1) / 2]) {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Takes out the pixel whose distance is the smallest.
    package mutating func pop() -> Int? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first.pixel }
        entries[0] = last
        var index = 0
        while true {
            var next = 2 * index + 1
            if next + 1 < entries.count, entries[next + 1].comes(before: entries[next]) { next += 1 }
            guard next < entries.count, entries[next].comes(before: entries[index]) else { return first.pixel }
            entries.swapAt(index, next)
            index = next
        }
    }
}
