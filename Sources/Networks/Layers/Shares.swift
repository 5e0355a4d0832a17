/// Pieces of work cut into runs for the workers: long while there is much to do, short towards the end, so that threads
/// of whatever speed are done at about the same time.
enum Shares {
    /// - Parameters:
    ///   - step: pieces of which a run has a multiple, but for the last.
    ///   - most: pieces of a run at most.
    static func runs(of count: Int, threads: Int, step: Int = 1, most: Int = .max) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var first = 0
        while first < count {
            let share = min((count - first) / (2 * threads), most) / step * step
            let end = min(first + max(share, step), count)
            runs.append(first..<end)
            first = end
        }
        return runs
    }
}
