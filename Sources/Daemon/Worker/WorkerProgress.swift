/// What a worker counted since it began, and how it is now.
public struct WorkerProgress: Codable, Hashable, Sendable {
    /// Of one `inpaint` element.
    public struct Stage: Codable, Hashable, Sendable {
        public var element: String
        /// As the element's `stats` property names them.
        public var counters: [String: UInt64]
        /// From a frame's coming to its leaving.
        public var latency: DurationHistogram
        /// Of the passes of the network, a frame's all together.
        public var inference: DurationHistogram
        /// Frames that wait before the stage's work, and frames that it holds.
        public var queued: Int
        public var held: Int
        /// Since the last frame left; nil before the first.
        public var sinceLastFrame: Duration?
        /// Of the pictures that come in; nil before the element knows them. Units: pixels.
        public var width: Int?
        public var height: Int?

        public init(
            element: String, counters: [String: UInt64] = [:], latency: DurationHistogram = DurationHistogram(),
            inference: DurationHistogram = DurationHistogram(), queued: Int = 0, held: Int = 0,
            sinceLastFrame: Duration? = nil, width: Int? = nil, height: Int? = nil
        ) {
            self.element = element
            self.counters = counters
            self.latency = latency
            self.inference = inference
            self.queued = queued
            self.held = held
            self.sinceLastFrame = sinceLastFrame
            self.width = width
            self.height = height
        }

        private enum CodingKeys: String, CodingKey {
            case element
            case counters
            case latency
            case inference
            case queued
            case held
            case sinceLastFrame
            case width
            case height
        }

        /// Throws: `DecodingError` for a time that no worker has measured.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            element = try values.decode(String.self, forKey: .element)
            counters = try values.decode([String: UInt64].self, forKey: .counters)
            latency = try values.decode(DurationHistogram.self, forKey: .latency)
            inference = try values.decode(DurationHistogram.self, forKey: .inference)
            queued = try values.decode(Int.self, forKey: .queued)
            held = try values.decode(Int.self, forKey: .held)
            sinceLastFrame = try values.decodeIfPresent(Duration.self, forKey: .sinceLastFrame)
            width = try values.decodeIfPresent(Int.self, forKey: .width)
            height = try values.decodeIfPresent(Int.self, forKey: .height)
            // So long that times can be added to it for ever.
            if let sinceLastFrame, !(.zero ... .seconds(1 << 40)).contains(sinceLastFrame) {
                throw DecodingError.dataCorruptedError(
                    forKey: .sinceLastFrame, in: values, debugDescription: "expected a time since a frame")
            }
        }
    }

    public var stages: [Stage]
    /// Units: bytes.
    public var residentMemory: Int
    public var threads: Int
    public var descriptors: Int
    /// Whether the source is away and the output shows what `on-loss` says.
    public var isSourceLost: Bool
    /// RTSP clients that are connected; nil where the stream is not served.
    public var rtspClients: Int?

    public init(
        stages: [Stage] = [], residentMemory: Int = 0, threads: Int = 0, descriptors: Int = 0,
        isSourceLost: Bool = false, rtspClients: Int? = nil
    ) {
        self.stages = stages
        self.residentMemory = residentMemory
        self.threads = threads
        self.descriptors = descriptors
        self.isSourceLost = isSourceLost
        self.rtspClients = rtspClients
    }
}

/// How often durations fell below each of some bounds.
public struct DurationHistogram: Codable, Hashable, Sendable {
    /// Upper bounds. Units: seconds.
    public static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56]

    /// One a bound, and one for what is longer than all; not cumulative.
    public private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    /// Units: seconds.
    public private(set) var sum = 0.0

    public init() {}

    /// What was counted elsewhere, with the same bounds. Units of `sum`: seconds.
    public init(counts: [UInt64], sum: Double) {
        precondition(counts.count == Self.bounds.count + 1, "a count for every bound, and one for what is longer")
        self.counts = counts
        self.sum = sum
    }

    private enum CodingKeys: String, CodingKey {
        case counts
        case sum
    }

    /// Throws: `DecodingError` for what no worker counts: a decoder may have spoilt its memory.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        counts = try values.decode([UInt64].self, forKey: .counts)
        sum = try values.decode(Double.self, forKey: .sum)
        // So many seconds that histograms can be added for ever.
        guard counts.count == Self.bounds.count + 1, (0...1e12).contains(sum) else {
            throw DecodingError.dataCorruptedError(
                forKey: .counts, in: values, debugDescription: "expected \(Self.bounds.count + 1) counts, and seconds")
        }
    }

    public mutating func add(_ duration: Duration) {
        let seconds = duration / .seconds(1)
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        sum += seconds
    }

    /// Adds all that another one counted.
    public mutating func add(_ other: DurationHistogram) {
        // Whatever a worker with spoilt memory tells, adding it up ends no other stream.
        for index in counts.indices { counts[index] &+= other.counts[index] }
        sum += other.sum
    }
}
