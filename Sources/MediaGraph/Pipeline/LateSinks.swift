internal import CGStreamer

/// Ends the sinks that have had the end of all their streams and do not say so.
///
/// `rtspclientsink` lets its RTP sessions say goodbye first, and waits for that at times for ever.
struct LateSinks {
    private struct Sink {
        let element: ObjectHandle
        /// Since when all of its streams have been at their end.
        var since: ContinuousClock.Instant?
        var isEnded = false
    }

    private static let patience = Duration.seconds(3)
    private static let factories: Set<String> = ["rtspclientsink"]

    private var sinks: [Sink]

    init(of pipeline: ObjectHandle) {
        sinks = pipeline.elements.filter { $0.factoryName.map(Self.factories.contains) ?? false }
            .map { Sink(element: $0) }
    }

    /// Says for those that are late that they have ended. To be called now and then.
    mutating func end(at now: ContinuousClock.Instant) {
        for index in sinks.indices where !sinks[index].isEnded {
            let element = sinks[index].element
            let pads = element.collected(from: gst_element_iterate_sink_pads(element.element))
            guard !pads.isEmpty, pads.allSatisfy({ media_pad_has_ended($0.pointer()) != 0 }) else {
                sinks[index].since = nil
                continue
            }
            let since = sinks[index].since ?? now
            sinks[index].since = since
            guard now - since >= Self.patience else { continue }
            sinks[index].isEnded = true
            gst_element_post_message(element.element, gst_message_new_eos(element.pointer()))
        }
    }
}
