internal import CGStreamer
internal import Frames
internal import Synchronization

/// A pipeline built from a plan, not yet playing.
public final class Pipeline: Sendable {
    /// The name it is reported under.
    public let name: String
    let handle: ObjectHandle
    let bus: ObjectHandle
    let notices = PipelineNotices()
    let branchEnds = BranchEnds()
    private let isFed = Atomic(false)

    /// Builds the pipeline, sets what held knobs, and makes the optional branches wait for their streams.
    ///
    /// - Parameter fence: what it may use; nil is everything.
    ///
    /// Throws: `PipelineError` with GStreamer's own words.
    public init(_ plan: PipelinePlan, within fence: PipelineFence? = nil) throws(PipelineError) {
        do {
            try GStreamer.initialize()
        } catch {
            throw PipelineError(.unavailable, subject: "GStreamer", detail: "\(error)")
        }
        ConnectionLog.begin()
        name = plan.name
        try fence?.check(plan)
        handle = try PipelineParse.pipeline(plan.main, in: plan.name)
        guard let bus = gst_element_get_bus(handle.element) else {
            throw PipelineError(.unavailable, subject: plan.name, detail: "the pipeline has no bus")
        }
        self.bus = ObjectHandle(adopting: bus)
        for property in plan.main.properties { try property.apply(in: handle) }
        try fence?.check(builtIn: handle, at: plan.name)
        fence?.watch(handle, notices: notices)
        try FileSequence.attach(to: handle)
        try OptionalBranches.attach(plan.branches, to: handle, ends: branchEnds, within: fence, notices: notices)
    }

    /// A pipeline that is put together already.
    init(named name: String, _ handle: ObjectHandle) throws(PipelineError) {
        guard let bus = gst_element_get_bus(handle.element) else {
            throw PipelineError(.unavailable, subject: name, detail: "the pipeline has no bus")
        }
        self.name = name
        self.handle = handle
        self.bus = ObjectHandle(adopting: bus)
    }

    deinit {
        gst_element_set_state(handle.element, GST_STATE_NULL)
    }

    /// Where the stream is; nil where no element says.
    public var position: Duration? { handle.position }

    /// The furthest any element has come: what ends first does not hide how long another stream was.
    var furthestPosition: Duration? {
        handle.elements.compactMap(\.position).max()
    }

    /// Whether a stream that ends has come to where its input ends: every stage gave out all it got, and no element
    /// was told to end the stream early. Where a sink wants no more, or nothing is repaired, nobody knows.
    var readsToTheEnd: Bool {
        let stages = stages
        return !stages.isEmpty
            && stages.allSatisfy { $0.counters["frames-in"] == $0.counters["frames-out"] }
            && !handle.elements.contains { element in
                ["num-buffers", "eos-after"].contains { (element.integer(of: $0) ?? -1) >= 0 }
            }
    }

    /// Whether any frame has gone through it that files may hold.
    var framesLeft: Bool {
        isFed.load(ordering: .relaxed) || stages.contains { $0.counters["frames-out", default: 0] > 0 }
    }

    /// Frames come into it from elsewhere than its own sources.
    func noteFed() { isFed.store(true, ordering: .relaxed) }

    /// How long the stream is; nil where it has no end, or no element says.
    public var duration: Duration? {
        var nanoseconds: gint64 = 0
        guard gst_element_query_duration(handle.element, GST_FORMAT_TIME, &nanoseconds) != 0, nanoseconds > 0 else {
            return nil
        }
        return .nanoseconds(nanoseconds)
    }

    /// The files that its sinks write; one name, with a `%`, for files that are written one after the other.
    public var outputFiles: [String] {
        let files = files
        return (files.outputs + files.sequences).map(\.path).filter { !$0.isEmpty }
    }

    /// Whether it writes to standard output.
    public var writesStandardOutput: Bool {
        let names = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        return outputFiles.contains { names.contains($0) }
            || handle.elements.contains { $0.factoryName == "fdsink" && $0.integer(of: "fd") == 1 }
    }

    /// What every `inpaint` element says of itself, in no particular order.
    public var stages: [StageStatistics] {
        stageElements.map(StageStatistics.init(of:))
    }

    /// Its `inpaint` elements, in no particular order.
    var stageElements: [ObjectHandle] {
        handle.elements.filter { $0.factoryName == "inpaint" }
    }

    /// The files its elements name, found anew with every call.
    var files: PipelineFiles {
        var sources: [PipelineFiles.File] = []
        var alsoRead: [PipelineFiles.File] = []
        var outputs: [PipelineFiles.File] = []
        var sequences: [PipelineFiles.File] = []
        var sockets: [PipelineFiles.File] = []
        for element in handle.elements where !element.isPartOfFileWriter {
            switch element.factoryName {
            case "filesrc":
                sources += element.file(named: "location")
            case "filesink":
                outputs += element.file(named: "location")
            case "splitmuxsink", "multifilesink":
                sequences += element.file(named: "location")
            case "hlssink", "hlssink2":
                sequences += element.file(named: "location")
                outputs += element.file(named: "playlist-location")
            case "shmsink":
                sockets += element.file(named: "socket-path")
            case "inpaint":
                alsoRead += element.files(inExpression: "mask") + element.file(named: "weights")
            default:
                alsoRead += element.localFile(ofURI: "uri")
            }
        }
        return PipelineFiles(
            sources: sources, alsoRead: alsoRead, outputs: outputs, sequences: sequences, sockets: sockets)
    }
}

extension ObjectHandle {
    fileprivate var position: Duration? {
        var nanoseconds: gint64 = 0
        guard gst_element_query_position(element, GST_FORMAT_TIME, &nanoseconds) != 0, nanoseconds >= 0 else {
            return nil
        }
        return .nanoseconds(nanoseconds)
    }

    fileprivate func file(named property: String) -> [PipelineFiles.File] {
        [PipelineFiles.File(element: name, path: string(of: property) ?? "")]
    }

    /// Whatever may be a file in an expression of names joined with `+`, in which a name may hold a `+` itself.
    fileprivate func files(inExpression property: String) -> [PipelineFiles.File] {
        let most = 16
        let parts = (string(of: property) ?? "").split(separator: "+", maxSplits: most).map(String.init)
        return parts.indices.flatMap { first in
            (first..<parts.count).map { last in
                let path = parts[first...last].joined(separator: "+").drop { " '".contains($0) }
                return PipelineFiles.File(
                    element: name, path: String(path.reversed().drop { " '".contains($0) }.reversed()))
            }
        }
    }

    /// Whether it belongs to an element that tells its parts which files to write.
    var isPartOfFileWriter: Bool {
        guard let owner = ObjectHandle(adopting: gst_object_get_parent(pointer())), owner.isA(gst_element_get_type())
        else { return false }
        return ["hlssink", "hlssink2", "splitmuxsink"].contains(owner.factoryName) || owner.isPartOfFileWriter
    }

    fileprivate func localFile(ofURI property: String) -> [PipelineFiles.File] {
        guard let uri = string(of: property), uri.hasPrefix("file:"),
            let path = String(takingOver: g_filename_from_uri(uri, nil, nil))
        else { return [] }
        return [PipelineFiles.File(element: name, path: path)]
    }

    func integer(of property: String) -> Int? {
        guard g_object_class_find_property(objectClass, property) != nil else { return nil }
        var value = GValue()
        g_value_init(&value, g_type_from_name("gint"))
        defer { g_value_unset(&value) }
        g_object_get_property(object, property, &value)
        return Int(g_value_get_int(&value))
    }
}
