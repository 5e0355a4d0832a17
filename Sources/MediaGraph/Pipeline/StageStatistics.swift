internal import CGStreamer
public import Frames

/// What one `inpaint` element says of itself in its `stats` property.
public struct StageStatistics: Sendable {
    /// The element's name.
    public private(set) var element: String
    /// By name.
    public private(set) var counters: [String: UInt64]
    public private(set) var latency: TimeHistogram
    public private(set) var inference: TimeHistogram
    /// Frames that wait before the stage's work, and frames that it holds.
    public let framesQueued: Int
    public let framesHeld: Int
    /// Nil before the first frame left.
    public private(set) var sinceLastFrame: Timestamp?
    /// Nil before the stage knows it. Units: pixels.
    public let pictureSize: (width: Int, height: Int)?

    init(of stage: ObjectHandle) {
        element = stage.name
        var value = GValue()
        g_value_init(&value, gst_structure_get_type())
        defer { g_value_unset(&value) }
        if g_object_class_find_property(stage.objectClass, "stats") != nil {
            g_object_get_property(stage.object, "stats", &value)
        }
        let fields = Fields(value)
        counters = fields.numbers
        let now = Fields(fields[StatsField.now])
        framesQueued = Int(clamping: now.numbers[StatsField.queued] ?? 0)
        framesHeld = Int(clamping: now.numbers[StatsField.held] ?? 0)
        sinceLastFrame = now.numbers[StatsField.sinceLastFrame].map(Timestamp.init)
        pictureSize = now.numbers[StatsField.width].flatMap { width in
            now.numbers[StatsField.height].map { (Int(clamping: width), Int(clamping: $0)) }
        }
        latency = Fields(fields[StageCounters.Measure.latency.rawValue]).histogram
        inference = Fields(fields[StageCounters.Measure.inference.rawValue]).histogram
    }
}

extension StageStatistics {
    /// With what an element of the same name did before.
    func adding(_ earlier: StageStatistics) -> StageStatistics {
        var sum = self
        sum.counters.merge(earlier.counters, uniquingKeysWith: +)
        sum.latency.add(earlier.latency)
        sum.inference.add(earlier.inference)
        return sum
    }

    /// The same, of an element that is known under another name.
    func named(_ name: String) -> StageStatistics {
        var named = self
        named.element = name
        return named
    }

    /// As it is after a time in which nothing happened.
    func later(by length: Timestamp) -> StageStatistics {
        var later = self
        later.sinceLastFrame = sinceLastFrame?.advanced(by: length)
        return later
    }

    mutating func add(_ count: UInt64, to counter: StageCounters.Counter) {
        counters[counter.rawValue, default: 0] += count
    }
}

/// The fields of a GstStructure, as long as the value lives that it lies in.
private struct Fields {
    private let structure: UnsafePointer<GstStructure>?

    /// Nothing where the value holds none.
    init(_ value: GValue?) {
        guard var value, media_value_holds(&value, gst_structure_get_type()) != 0 else {
            structure = nil
            return
        }
        structure = g_value_get_boxed(&value).map { UnsafePointer($0.assumingMemoryBound(to: GstStructure.self)) }
    }

    subscript(name: String) -> GValue? {
        structure.flatMap { gst_structure_get_value($0, name)?.pointee }
    }

    /// What is a number that is not negative, by name.
    var numbers: [String: UInt64] {
        guard let structure else { return [:] }
        var numbers: [String: UInt64] = [:]
        for index in 0..<gst_structure_n_fields(structure) {
            guard let field = gst_structure_nth_field_name(structure, guint(index)),
                let content = gst_structure_get_value(structure, field), content.pointee.g_type == media_type_int64()
            else { continue }
            numbers[String(cString: field)] = UInt64(clamping: g_value_get_int64(content))
        }
        return numbers
    }

    var histogram: TimeHistogram {
        let numbers = numbers
        return TimeHistogram(
            counts: StatsField.counts.map { numbers[$0] ?? 0 },
            sum: Timestamp(nanoseconds: numbers[StatsField.sum] ?? 0))
    }
}
