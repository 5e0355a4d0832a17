public import Frames

/// How what a stage measures stands in its element's `stats` property, beside the counters: as structures of their own.
extension StageCounters {
    /// `now` with what waits, what is held, when a frame left last and how large pictures are, and one structure a
    /// measure.
    public func measurements(at now: Timestamp) -> [(String, PropertyValue)] {
        var moment: [(String, PropertyValue)] = [
            (StatsField.queued, .integer(framesQueued)), (StatsField.held, .integer(framesHeld)),
        ]
        if let lastLeft {
            moment.append(
                (StatsField.sinceLastFrame, .integer(Int(clamping: now.elapsed(since: lastLeft).nanoseconds))))
        }
        if let pictureSize {
            moment += [
                (StatsField.width, .integer(pictureSize.width)), (StatsField.height, .integer(pictureSize.height)),
            ]
        }
        return [(StatsField.now, .structure(name: StatsField.now, fields: moment))]
            + Measure.allCases.map { measure in
                (measure.rawValue, .structure(name: measure.rawValue, fields: self[measure].fields))
            }
    }
}

/// The names of fields in an element's `stats`, for who writes and who reads them.
enum StatsField {
    static let now = "now"
    static let queued = "frames-queued"
    static let held = "frames-held"
    static let sinceLastFrame = "nanoseconds-since-last-frame"
    static let width = "width"
    static let height = "height"
    static let sum = "nanoseconds"
    /// One for each bound of a `TimeHistogram`, the last for what is longer than all.
    static let counts = TimeHistogram.bounds.map { "up-to-\($0.nanoseconds / 1_000)-us" } + ["longer"]
}

extension TimeHistogram {
    fileprivate var fields: [(String, PropertyValue)] {
        [(StatsField.sum, .integer(Int(clamping: sum.nanoseconds)))]
            + zip(StatsField.counts, counts).map { ($0, .integer(Int(clamping: $1))) }
    }
}
