import CGStreamer
import Frames
import MediaGraph
import Testing

/// An element between two pads of the test's own: what goes in and what comes out is known to the last field.
final class PadHarness {
    /// What came out, in order.
    enum Output: Equatable {
        case event(String)
        case frame(pts: UInt64)
    }

    struct State {
        var output: [Output] = []
        var buffers: [UnsafeMutablePointer<GstBuffer>] = []
        var events: [UnsafeMutablePointer<GstEvent>] = []
        var upstreamEvents: [String] = []
        var isDownstreamBlocked = false
        var downstreamFlow = GST_FLOW_OK
        var latency: (live: Bool, min: UInt64, max: UInt64?) = (false, 0, nil)
        var readsVideoMeta = false
        var drains = 0
        var sinkCaps = "ANY"
    }

    let element: UnsafeMutablePointer<GstElement>
    let journal: Journal
    /// The pads' callbacks hold this, and never the harness: it must not go in a streaming thread.
    let state = Monitor(State())
    let source: UnsafeMutablePointer<GstPad>
    let sink: UnsafeMutablePointer<GstPad>
    let bus: UnsafeMutablePointer<GstBus>

    static let frameNanoseconds: UInt64 = 40_000_000

    /// Makes `factory` with properties as pipeline text has them, and sets it playing.
    init(_ properties: String = "", journal name: String, play: Bool = true, factory: String = "teststage") throws {
        try Self.registered.get()
        journal = .named(name)
        var error: UnsafeMutablePointer<GError>?
        let made = gst_parse_launch("\(factory) journal=\(name) \(properties)", &error)
        let message = error.map { String(cString: $0.pointee.message) }
        try #require(error == nil, "\(message ?? "")")
        element = try #require(made)
        gst_object_ref_sink(element)
        bus = gst_bus_new()
        gst_element_set_bus(element, bus)
        source = gst_pad_new("source", GST_PAD_SRC)
        sink = gst_pad_new("sink", GST_PAD_SINK)
        gst_object_ref_sink(source)
        gst_object_ref_sink(sink)
        connect()
        link(source, to: "sink")
        let out = gst_element_get_static_pad(element, "src")
        gst_pad_link(out, sink)
        gst_object_unref(out)
        gst_pad_set_active(sink, 1)
        gst_pad_set_active(source, 1)
        if play { try #require(gst_element_set_state(element, GST_STATE_PLAYING) == GST_STATE_CHANGE_SUCCESS) }
    }

    deinit {
        state.change { $0.isDownstreamBlocked = false }
        gst_element_set_state(element, GST_STATE_NULL)
        gst_pad_set_active(source, 0)
        gst_pad_set_active(sink, 0)
        clear()
        // Messages hold the element that sent them.
        gst_bus_set_flushing(bus, 1)
        gst_object_unref(element)
        gst_object_unref(source)
        gst_object_unref(sink)
        gst_object_unref(bus)
    }

    private static let registered = Result<Void, any Error> {
        try register(TestElement.self)
        var limits = StageLimits()
        limits.maskPatienceNanoseconds = 150_000_000
        limits.liveMaskPatienceNanoseconds = 50_000_000
        try register(HastyElement.self, limits: limits)
        limits.maskPatienceNanoseconds = 2_000_000_000
        try register(PatientElement.self, limits: limits)
    }

    static func registerElements() throws { try registered.get() }

    func link(_ pad: UnsafeMutablePointer<GstPad>, to name: String) {
        let into = gst_element_get_static_pad(element, name)
        gst_pad_link(pad, into)
        gst_object_unref(into)
    }

    private func connect() {
        let release: GDestroyNotify = { data in
            if let data { Unmanaged<AnyObject>.fromOpaque(data).release() }
        }
        func data() -> UnsafeMutableRawPointer { Unmanaged.passRetained(state).toOpaque() }

        gst_pad_set_chain_function_full(
            sink,
            { pad, _, buffer in
                guard let buffer, let state = PadHarness.state(pad?.pointee.chaindata) else { return GST_FLOW_ERROR }
                state.change { state in
                    state.output.append(.frame(pts: UInt64(buffer.pointee.pts)))
                    state.buffers.append(buffer)
                }
                return state.wait { state in state.isDownstreamBlocked ? nil : state.downstreamFlow }
            }, data(), release)
        gst_pad_set_event_function_full(
            sink,
            { pad, _, event in
                guard let event, let state = PadHarness.state(pad?.pointee.eventdata) else { return 0 }
                let name = PadHarness.describe(event)
                state.change { state in
                    // A flush wakes a sink that waits.
                    if name == "flush-start" { state.isDownstreamBlocked = false }
                    state.output.append(.event(name))
                    state.events.append(event)
                }
                return 1
            }, data(), release)
        gst_pad_set_query_function_full(
            sink,
            { pad, parent, query in
                guard let query, let pad, let state = PadHarness.state(pad.pointee.querydata) else { return 0 }
                switch media_query_type(query) {
                case GST_QUERY_ALLOCATION:
                    guard state.read({ $0.readsVideoMeta }) else { return 0 }
                    gst_query_add_allocation_meta(query, media_video_meta_api(), nil)
                    return 1
                case GST_QUERY_DRAIN:
                    state.change { $0.drains += 1 }
                    return 1
                case GST_QUERY_CAPS:
                    let caps = gst_caps_from_string(state.read { $0.sinkCaps })
                    var filter: UnsafeMutablePointer<GstCaps>?
                    gst_query_parse_caps(query, &filter)
                    let result = filter.map { gst_caps_intersect_full($0, caps, GST_CAPS_INTERSECT_FIRST) } ?? caps
                    gst_query_set_caps_result(query, result)
                    if filter != nil { gst_caps_unref(result) }
                    gst_caps_unref(caps)
                    return 1
                default:
                    return gst_pad_query_default(pad, parent, query)
                }
            }, data(), release)
        gst_pad_set_event_function_full(
            source,
            { pad, _, event in
                guard let event, let state = PadHarness.state(pad?.pointee.eventdata) else { return 0 }
                let name = PadHarness.describe(event)
                state.change { $0.upstreamEvents.append(name) }
                gst_event_unref(event)
                return 1
            }, data(), release)
        gst_pad_set_query_function_full(
            source,
            { pad, parent, query in
                guard let query, let pad, let state = PadHarness.state(pad.pointee.querydata) else { return 0 }
                switch media_query_type(query) {
                case GST_QUERY_LATENCY:
                    let latency = state.read { $0.latency }
                    gst_query_set_latency(
                        query, latency.live ? 1 : 0, guint64(latency.min),
                        latency.max.map { guint64($0) } ?? media_clock_time_none())
                    return 1
                case GST_QUERY_POSITION:
                    gst_query_set_position(query, GST_FORMAT_TIME, 1234)
                    return 1
                default:
                    return gst_pad_query_default(pad, parent, query)
                }
            }, data(), release)
    }

    private static func state(_ data: UnsafeMutableRawPointer?) -> Monitor<State>? {
        data.map { Unmanaged<Monitor<State>>.fromOpaque($0).takeUnretainedValue() }
    }

    /// An event as text: its type, for a custom one its structure's name.
    static func describe(_ event: UnsafeMutablePointer<GstEvent>) -> String {
        let type = media_event_type(event)
        if type == GST_EVENT_CUSTOM_DOWNSTREAM || type == GST_EVENT_CUSTOM_DOWNSTREAM_OOB
            || type == GST_EVENT_CUSTOM_UPSTREAM, let structure = gst_event_get_structure(event),
            let name = gst_structure_get_name(structure)
        {
            return String(cString: name)
        }
        return String(cString: gst_event_type_get_name(type))
    }

    // MARK: In

    @discardableResult
    func push(_ event: UnsafeMutablePointer<GstEvent>?) -> Bool { gst_pad_push_event(source, event) != 0 }

    func pushCustom(_ name: String, _ type: GstEventType = GST_EVENT_CUSTOM_DOWNSTREAM) {
        push(gst_event_new_custom(type, gst_structure_new_empty(name)))
    }

    @discardableResult
    func pushCaps(_ text: String) -> Bool {
        let caps = gst_caps_from_string(text)
        defer { gst_caps_unref(caps) }
        return push(gst_event_new_caps(caps))
    }

    static func caps(_ format: String, _ width: Int, _ height: Int, rate: String = "25/1") -> String {
        "video/x-raw,format=\(format),width=\(width),height=\(height),framerate=\(rate)"
    }

    func pushSegment() {
        var segment = GstSegment()
        gst_segment_init(&segment, GST_FORMAT_TIME)
        push(gst_event_new_segment(&segment))
    }

    /// Stream-start, caps and segment.
    func begin(_ format: String = "GRAY8", width: Int = 32, height: Int = 16, rate: String = "25/1") {
        push(gst_event_new_stream_start("test-stream"))
        pushCaps(Self.caps(format, width, height, rate: rate))
        pushSegment()
    }

    static func buffer(_ bytes: [UInt8], frame: Int) -> UnsafeMutablePointer<GstBuffer>? {  // transfer full
        guard let buffer = gst_buffer_new_allocate(nil, gsize(bytes.count), nil) else { return nil }
        gst_buffer_fill(buffer, 0, bytes, gsize(bytes.count))
        buffer.pointee.pts = GstClockTime(UInt64(frame) * frameNanoseconds)
        buffer.pointee.duration = GstClockTime(frameNanoseconds)
        return buffer
    }

    /// Pushes a frame of one value: frame `index` of 32x16 gray.
    @discardableResult
    func pushFrame(_ index: Int, flags: GstBufferFlags? = nil) -> GstFlowReturn {
        let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 32 * 16)
        guard let buffer = Self.buffer(bytes, frame: index) else { return GST_FLOW_ERROR }
        if let flags { media_buffer_set_flag(buffer, flags) }
        return gst_pad_push(source, buffer)
    }

    func end() { push(gst_event_new_eos()) }

    // MARK: Out

    func waitForEvent(_ name: String) {
        state.wait { state in state.output.contains(.event(name)) ? () : nil }
    }

    func waitForFrames(_ count: Int) {
        state.wait { state in state.buffers.count >= count ? () : nil }
    }

    /// Frame numbers that came out.
    var frames: [Int] {
        state.read { state in
            state.output.compactMap {
                if case .frame(let pts) = $0 { Int(pts / Self.frameNanoseconds) } else { nil }
            }
        }
    }

    /// What came out as text: frame numbers and event names.
    var outputText: [String] {
        state.read { state in
            state.output.map {
                switch $0 {
                case .event(let name): name
                case .frame(let pts): "\(pts / Self.frameNanoseconds)"
                }
            }
        }
    }

    func clear() {
        state.change { state in
            state.buffers.forEach { gst_buffer_unref($0) }
            state.events.forEach { gst_event_unref($0) }
            state.buffers = []
            state.events = []
            state.output = []
        }
    }

    /// A counter, through the element's `stats` property.
    func counter(_ counter: StageCounters.Counter) -> Int {
        var value = GValue()
        g_value_init(&value, media_type_structure())
        defer { g_value_unset(&value) }
        media_get_property(element, "stats", &value)
        guard let boxed = g_value_get_boxed(&value) else { return -1 }
        var number: gint64 = -1
        gst_structure_get_int64(boxed.assumingMemoryBound(to: GstStructure.self), counter.rawValue, &number)
        return Int(number)
    }

    /// The next error on the bus as text: domain, number, text and the details' code. Waits for it.
    func nextError() -> String {
        guard
            let message = gst_bus_timed_pop_filtered(bus, 20_000_000_000, GST_MESSAGE_ERROR)
        else { return "no error came" }
        defer { gst_message_unref(message) }
        var error: UnsafeMutablePointer<GError>?
        gst_message_parse_error(message, &error, nil)
        defer { g_clear_error(&error) }
        var details: UnsafePointer<GstStructure>?
        gst_message_parse_error_details(message, &details)
        let code = details.flatMap { gst_structure_get_string($0, "code") }.map { String(cString: $0) } ?? "-"
        guard let error else { return "no error in the message" }
        let domain = String(cString: g_quark_to_string(error.pointee.domain))
        return "\(domain) \(error.pointee.code) \(code) \(String(cString: error.pointee.message))"
    }
}

/// A `teststage` that does not wait long for masks.
final class HastyElement: StageElement {
    static let description = ElementDescription(
        factoryName: "hastystage", longName: "Hasty test stage", classification: "Filter/Effect/Video",
        blurb: "Does what a test asks, and waits little for masks", author: "inpaintd")
    static let properties = TestElement.properties

    private let element = TestElement()
    var counters: StageCounters { element.counters }
    func setProperty(_ name: String, to value: PropertyValue) { element.setProperty(name, to: value) }
    func property(_ name: String) -> PropertyValue { element.property(name) }
    func makeFilter(notice: @escaping (String) -> Void) throws -> any FrameFilter {
        try element.makeFilter(notice: notice)
    }
}

/// A `teststage` whose wait for a mask shows.
final class PatientElement: StageElement {
    static let description = ElementDescription(
        factoryName: "patientstage", longName: "Patient test stage", classification: "Filter/Effect/Video",
        blurb: "Does what a test asks, and waits for masks for so long that it shows", author: "inpaintd")
    static let properties = TestElement.properties

    private let element = TestElement()
    var counters: StageCounters { element.counters }
    func setProperty(_ name: String, to value: PropertyValue) { element.setProperty(name, to: value) }
    func property(_ name: String) -> PropertyValue { element.property(name) }
    func makeFilter(notice: @escaping (String) -> Void) throws -> any FrameFilter {
        try element.makeFilter(notice: notice)
    }
}
