/// What `inpaintd serve` is told: how it is controlled, and its streams.
public struct DaemonConfiguration: Hashable, Sendable {
    public struct Control: Hashable, Sendable {
        /// The Unix socket; its folder is made with mode 0700 where it is not there.
        public var socket: String
        /// A loopback address and port to listen on too, as `LoopbackAddress` reads it; nil is none.
        public var listen: String?
        /// Whether remote callers may give a pipeline's text instead of a file.
        public var allowsText: Bool
        /// Folders in which files must lie that remote callers name; empty allows none.
        public var roots: [String]
        /// Element factories that pipelines of remote callers may use; nil is every one that reads and writes no files
        /// and starts no programs but through knobs.
        public var elements: [String]?

        public init(
            socket: String, listen: String? = nil, allowsText: Bool = false, roots: [String] = [],
            elements: [String]? = nil
        ) {
            self.socket = socket
            self.listen = listen
            self.allowsText = allowsText
            self.roots = roots
            self.elements = elements
        }
    }

    public var control: Control
    /// Nil where RTSP is not served.
    public var rtsp: RTSP?
    /// In the order of the file.
    public var streams: [StreamConfiguration]
    /// How old a stream's last repaired frame may be for the daemon to call itself ready.
    public var readyWithin: Duration
    /// How long the daemon may take to end, all streams together, whatever their own limits.
    public var stopTimeout: Duration

    public init(
        control: Control, rtsp: RTSP? = nil, streams: [StreamConfiguration], readyWithin: Duration = .seconds(10),
        stopTimeout: Duration = .seconds(15)
    ) {
        self.control = control
        self.rtsp = rtsp
        self.streams = streams
        self.readyWithin = readyWithin
        self.stopTimeout = stopTimeout
    }
}
