/// One stream as the configuration describes it: what its worker plays, and what is done when that fails.
public struct StreamConfiguration: Codable, Hashable, Sendable {
    /// Where the pipeline's text comes from.
    public enum Source: Codable, Hashable, Sendable {
        case file(String)
        case text(String)
    }

    /// When a worker that has ended is started again.
    public enum RestartPolicy: String, Codable, CaseIterable, Hashable, Sendable {
        /// After a fault, and at the end of a file too: it plays in a loop.
        case always
        /// After a fault, to which the end of a live stream counts.
        case onFault = "on-fault"
        case never
    }

    /// What the output shows while the source is away.
    public enum LossPolicy: String, Codable, CaseIterable, Hashable, Sendable {
        /// Nothing: the output ends with the source and is opened again with it.
        case stop
        /// The last repaired frame, again and again.
        case hold
        /// A still picture.
        case slate
    }

    /// What becomes of a recording that lies where the stream will write.
    public enum EarlierOutput: String, Codable, CaseIterable, Hashable, Sendable {
        /// It stays, under another name where it must.
        case keep
        case overwrite
    }

    /// Unique among the streams: letters, digits, `-`, `_` and `.`.
    public var name: String
    public var source: Source
    /// Values for the pipeline's knobs. They may hold passwords, and are never shown.
    public var knobs: [String: String]
    /// Whether it starts with the daemon.
    public var autostart: Bool
    public var restart: RestartPolicy
    public var onLoss: LossPolicy
    /// The still picture of `slate`; nil is a plain dark one.
    public var slate: String?
    public var earlierOutput: EarlierOutput
    /// How long a worker may take until its first frame.
    public var startTimeout: Duration
    /// How long no frame may come while the stream runs.
    public var stallTimeout: Duration
    /// Bytes that a worker may have in use before it is ended and started again; nil for as many as there are.
    public var memoryLimit: Int?
    /// How long draining may take before the worker is killed.
    public var stopTimeout: Duration
    /// How long it waits before it is started again: five times the first, five times the second, then the third for
    /// ever.
    public var restartDelays: [Duration]
    /// Good frames for so long make up for every fault before.
    public var recovery: Duration
    /// Where the worker works: relative file names in knobs and in the pipeline are under it. Nil is where the daemon
    /// works.
    public var folder: String?
    /// Who may watch it by RTSP, where the daemon serves that.
    public var rtsp: RTSPAccess?
    /// Texts in the knobs' values that a `SecretFilter` hides wherever they turn up: what came from the environment,
    /// values of knobs that are named like a secret, and passwords in addresses.
    public var secrets: [String]
    /// What of GStreamer's debug log is told; nil is what the environment's `GST_DEBUG` says.
    public var gstDebug: String?
    /// What holds because a caller added it; nil for a stream of the configuration.
    public var caller: CallerRule?

    public init(
        name: String, source: Source, earlierOutput: EarlierOutput = .keep, knobs: [String: String] = [:],
        autostart: Bool = true,
        restart: RestartPolicy = .onFault, onLoss: LossPolicy = .stop, slate: String? = nil,
        startTimeout: Duration = .seconds(20), stallTimeout: Duration = .seconds(5), memoryLimit: Int? = nil,
        stopTimeout: Duration = .seconds(10), restartDelays: [Duration] = RestartSchedule.usualDelays,
        recovery: Duration = .seconds(30), folder: String? = nil, rtsp: RTSPAccess? = nil, secrets: [String] = [],
        gstDebug: String? = nil, caller: CallerRule? = nil
    ) {
        self.name = name
        self.source = source
        self.earlierOutput = earlierOutput
        self.knobs = knobs
        self.autostart = autostart
        self.restart = restart
        self.onLoss = onLoss
        self.slate = slate
        self.startTimeout = startTimeout
        self.stallTimeout = stallTimeout
        self.memoryLimit = memoryLimit
        self.stopTimeout = stopTimeout
        self.restartDelays = restartDelays
        self.recovery = recovery
        self.folder = folder
        self.rtsp = rtsp
        self.secrets = secrets
        self.gstDebug = gstDebug
        self.caller = caller
    }

    /// What `memoryLimit` may be, in bytes: a worker has some 50 MiB in use before its first frame.
    public static let memoryLimits = 64 << 20...64 << 30

    /// What a name is made of, in words.
    public static let nameRule = "1 to 64 letters, digits, -, _ and ., the first a letter or a digit"

    /// Whether a name keeps to `nameRule`, and so can stand in an address, a file name and a metric's label.
    public static func isName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), let first = name.first, first.isLetter || first.isNumber else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}
