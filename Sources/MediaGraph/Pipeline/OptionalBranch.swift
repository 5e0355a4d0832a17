internal import CGStreamer
internal import Synchronization

/// The optional branches of one element: `[ in. ! caps ! chain ! mux. ]`.
///
/// For each pad the element adds, the first branch whose caps the pad's caps can meet is built and linked, from the pad
/// through the chain to a request pad of the target. Where no such pad appears nothing is built, so the target does
/// not wait for a stream that never comes. A pad that the pipeline's own text has taken is left alone.
///
/// A muxer that has started takes no further stream. decodebin and parsebin add all their pads before any data flows; the
/// pads of a network source wait for one another behind a `SourceGate`, and a stream that comes after it has opened is
/// left out, with a warning.
final class OptionalBranches: Sendable {
    private let branches: [PipelinePlan.Branch]
    private let ends: BranchEnds
    private let gate: SourceGate?
    private let notices: PipelineNotices

    private init(
        _ branches: [PipelinePlan.Branch], ends: BranchEnds, gate: SourceGate?, notices: PipelineNotices
    ) {
        self.branches = branches
        self.ends = ends
        self.gate = gate
        self.notices = notices
    }

    /// Checks every branch, and watches their sources for pads.
    ///
    /// Throws: `PipelineError` for a name no element has, caps that are none, and a chain that cannot be built.
    static func attach(
        _ branches: [PipelinePlan.Branch], to pipeline: ObjectHandle, ends: BranchEnds, within fence: PipelineFence?,
        notices: PipelineNotices
    ) throws(PipelineError) {
        var sources: [String] = []
        for branch in branches {
            for name in [branch.source, branch.target] where pipeline.element(named: name) == nil {
                throw PipelineError(.badText, subject: branch.place, detail: "there is no element named \(name)")
            }
            // Built once for its errors: they belong before the first frame.
            let built = try branch.build()
            try fence?.check(builtIn: built, at: branch.place)
            if !sources.contains(branch.source) { sources.append(branch.source) }
        }
        for name in sources {
            guard let source = pipeline.element(named: name) else { continue }
            let own = branches.filter { $0.source == name }
            let gate = SourceGate(of: source)
            for branch in own {
                if let target = pipeline.element(named: branch.target) { gate?.delay(target) }
            }
            let watch = OptionalBranches(own, ends: ends, gate: gate, notices: notices)
            let callback:
                @convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Void =
                    { element, pad, data in
                        Trampoline.object(data, as: OptionalBranches.self).padAdded(
                            ObjectHandle(retaining: pad), to: ObjectHandle(retaining: element))
                    }
            g_signal_connect_data(
                source.raw, "pad-added", unsafeBitCast(callback, to: GCallback.self), Trampoline.retain(watch),
                { data, _ in Trampoline.release(data) }, GConnectFlags(rawValue: 0))
        }
    }

    /// Called on a streaming thread, before the pad carries data.
    private func padAdded(_ pad: ObjectHandle, to source: ObjectHandle) {
        let padPointer = pad.pointer(as: GstPad.self)
        guard gst_pad_get_direction(padPointer) == GST_PAD_SRC else { return }
        let isLate = gate?.isOpen ?? false
        gate?.hold(pad)
        guard gst_pad_is_linked(padPointer) == 0,
            let caps = gst_pad_get_current_caps(padPointer) ?? gst_pad_query_caps(padPointer, nil)
        else { return }
        defer { gst_caps_unref(caps) }
        for branch in branches {
            guard let wanted = gst_caps_from_string(branch.caps) else { continue }
            defer { gst_caps_unref(wanted) }
            guard gst_caps_can_intersect(wanted, caps) != 0 else { continue }
            do throws(PipelineError) {
                guard !isLate else { throw lateness(of: pad, caps, from: source) }
                try branch.link(pad, in: source.topLevel, ends)
                notices.post(.event(.linked(branch: branch.wording, stream: describe(pad, caps))))
            } catch {
                notices.post(isLate ? .event(.warning(error)) : .failure(error))
            }
            wake(source.topLevel)
            return
        }
    }

    private func lateness(
        of pad: ObjectHandle, _ caps: UnsafeMutablePointer<GstCaps>, from source: ObjectHandle
    ) -> PipelineError {
        PipelineError(
            .badData, subject: source.name,
            detail: "\(describe(pad, caps)) came more than \(SourceGate.patience.components.seconds) s after the first"
                + " stream: it is left out until the pipeline starts again")
    }

    /// Gets the thread that waits on the bus to look at the notices.
    private func wake(_ pipeline: ObjectHandle) {
        gst_element_post_message(
            pipeline.element, gst_message_new_application(pipeline.pointer(), gst_structure_new_empty("notices")))
    }

    /// What stream a pad carries: `audio/mpeg, mpegversion 4`, and for decoded data also what it was,
    /// `audio/x-raw from audio/x-vorbis`.
    private func describe(_ pad: ObjectHandle, _ caps: UnsafeMutablePointer<GstCaps>) -> String {
        let type = caps.streamType ?? "a stream"
        guard type.hasSuffix("/x-raw"), let original = encodedType(behind: pad) else { return type }
        return "\(type) from \(original)"
    }

    /// The type of the encoded stream that a decoder made a pad's raw data from.
    private func encodedType(behind pad: ObjectHandle) -> String? {
        var current = pad
        // A decoding bin has a few elements behind its pad; the bound is for a graph that leads nowhere.
        for _ in 0..<16 {
            while current.isA(gst_ghost_pad_get_type()) {
                guard let target = ObjectHandle(adopting: gst_ghost_pad_get_target(current.pointer())) else {
                    return nil
                }
                current = target
            }
            guard let element = ObjectHandle(adopting: gst_pad_get_parent_element(current.pointer())),
                let input = ObjectHandle(adopting: gst_element_get_static_pad(element.element, "sink")),
                let caps = gst_pad_get_current_caps(input.pointer())
            else { return nil }
            defer { gst_caps_unref(caps) }
            if let type = caps.streamType, !type.hasSuffix("/x-raw") { return type }
            guard let peer = ObjectHandle(adopting: gst_pad_get_peer(input.pointer())) else { return nil }
            current = peer
        }
        return nil
    }
}

/// Where the branches of a pipeline end whose targets were cut off.
final class BranchEnds: Sendable {
    private let find = Mutex<(@Sendable (PipelinePlan.Branch, _ pipeline: ObjectHandle) -> ObjectHandle?)?>(nil)

    /// From now on the end of a branch is an element that this gives, in the pipeline and in its state.
    func reroute(_ find: @escaping @Sendable (PipelinePlan.Branch, _ pipeline: ObjectHandle) -> ObjectHandle?) {
        self.find.withLock { $0 = find }
    }

    func end(of branch: PipelinePlan.Branch, in pipeline: ObjectHandle) -> ObjectHandle? {
        find.withLock { $0 }?(branch, pipeline)
    }
}

extension UnsafeMutablePointer<GstCaps> {
    /// The media type and, for MPEG, which of them.
    fileprivate var streamType: String? {
        guard gst_caps_get_size(self) > 0, let structure = gst_caps_get_structure(self, 0),
            let name = gst_structure_get_name(structure)
        else { return nil }
        var type = String(cString: name)
        for field in ["mpegversion", "layer"] {
            var number: gint = 0
            if gst_structure_get_int(structure, field, &number) != 0 { type += ", \(field) \(number)" }
        }
        return type
    }
}

extension PipelinePlan.Branch {
    /// Makes the chain, a bin with a pad at each end.
    ///
    /// Both ends are elements of its own: a decoder in the chain leaves pads open in its middle until data comes.
    func build() throws(PipelineError) -> ObjectHandle {
        let (accepts, leaves) = ("accepts", "leaves")
        let description = ["capsfilter name=\(accepts)", chain.text, "identity name=\(leaves)"]
            .filter { !$0.isEmpty }.joined(separator: " ! ")
        let bin = try PipelineParse.bin(PipelinePlan.Part(text: description, properties: []), in: place)
        for property in chain.properties { try property.apply(in: bin) }
        guard let caps = gst_caps_from_string(caps) else {
            throw PipelineError(.badText, subject: place, detail: "these are no caps: \(self.caps)")
        }
        defer { gst_caps_unref(caps) }
        bin.element(named: accepts)?.set(caps: caps)
        for (name, end) in [("sink", accepts), ("src", leaves)] {
            guard let end = bin.element(named: end), let inner = gst_element_get_static_pad(end.element, name) else {
                preconditionFailure("both ends stand in the description, and have a pad each way")
            }
            let pad = ObjectHandle(adopting: inner)
            gst_element_add_pad(bin.element, gst_ghost_pad_new(name, pad.pointer()))
        }
        return bin
    }

    /// Builds the chain and links it between a pad and the target, or what stands in for a target in another pipeline.
    func link(_ pad: ObjectHandle, in pipeline: ObjectHandle, _ ends: BranchEnds) throws(PipelineError) {
        let bin = try build()
        let own = pipeline.element(named: self.target)
        guard let target = own ?? ends.end(of: self, in: pipeline), gst_bin_add(pipeline.bin, bin.element) != 0 else {
            throw PipelineError(.badText, subject: place, detail: "the branch could not be added: \(wording)")
        }
        guard gst_element_link_pads(bin.element, "src", target.element, own == nil ? nil : targetPad) != 0 else {
            throw PipelineError(
                .badText, subject: place, detail: "the branch could not be linked to \(self.target): \(wording)")
        }
        // The branch runs before data can reach it.
        gst_element_sync_state_with_parent(bin.element)
        let entry = gst_element_get_static_pad(bin.element, "sink").map { ObjectHandle(adopting: $0) }
        guard let entry, gst_pad_link(pad.pointer(), entry.pointer()) == GST_PAD_LINK_OK else {
            throw PipelineError(
                .badText, subject: place, detail: "the branch could not be linked to \(source): \(wording)")
        }
    }
}

extension ObjectHandle {
    /// The pipeline an element is in.
    fileprivate var topLevel: ObjectHandle {
        var top = self
        while let parent = gst_object_get_parent(top.pointer()) { top = ObjectHandle(adopting: parent) }
        return top
    }
}
