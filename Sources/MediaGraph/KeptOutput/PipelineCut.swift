internal import CGStreamer

/// A pipeline cut in two behind its stages: the input, with the stages, and the output, which is all that comes after.
///
/// What is made by cutting the same description again has its crossings in the same order.
struct PipelineCut {
    /// A link that was cut: a pad of the input and the pad of the output that it led to.
    struct Crossing {
        let from: ObjectHandle
        let to: ObjectHandle
    }

    /// The input: the pipeline that was cut, without the output's elements.
    let input: Pipeline
    /// A pipeline of the output's elements.
    let output: Pipeline
    let crossings: [Crossing]

    /// Cuts a pipeline that has never run.
    ///
    /// Throws: `PipelineError` where it has no stage, or nothing behind one.
    init(_ pipeline: Pipeline) throws(PipelineError) {
        let graph = PipelineGraph(of: pipeline.handle)
        let stages = pipeline.stageElements.compactMap(graph.node(holding:))
        guard !stages.isEmpty else {
            throw PipelineError(
                .badText, subject: pipeline.name,
                detail: "it has no inpaint element, behind which its output could be kept up")
        }
        let before = graph.reached(from: stages) { $0.upstream }
        let behind = graph.reached(from: stages) { $0.downstream }.subtracting(before).subtracting(stages)
        guard behind.contains(where: { graph.nodes[$0].isSink }) else {
            throw PipelineError(
                .badText, subject: pipeline.name, detail: "there is no sink behind its inpaint element to be kept up")
        }
        guard let made = gst_pipeline_new(nil) else {
            throw PipelineError(.unavailable, subject: pipeline.name, detail: "no pipeline could be made")
        }
        let handle = ObjectHandle(retaining: made)  // floating
        for index in behind.sorted() {
            let element = graph.nodes[index].element
            // This unlinks all its pads.
            gst_bin_remove(pipeline.handle.bin, element.element)
            gst_bin_add(handle.bin, element.element)
        }
        for link in graph.links where behind.contains(link.source) && behind.contains(link.target) {
            guard gst_pad_link(link.from.pointer(), link.to.pointer()) == GST_PAD_LINK_OK else {
                throw PipelineError(
                    .badText, subject: pipeline.name,
                    detail: "\(link.from.name) and \(link.to.name) cannot be linked again")
            }
        }
        crossings = graph.links.filter { !behind.contains($0.source) && behind.contains($0.target) }
            .map { Crossing(from: $0.from, to: $0.to) }
        input = pipeline
        output = try Pipeline(named: pipeline.name, handle)
    }
}

/// The elements directly in a pipeline, and the links between them that are there from the beginning.
private struct PipelineGraph {
    struct Node {
        let element: ObjectHandle
        var upstream: [Int] = []
        var downstream: [Int] = []

        var isSink: Bool { media_object_flags(element.raw) & UInt32(GST_ELEMENT_FLAG_SINK.rawValue) != 0 }
    }

    struct Link {
        let source: Int
        let from: ObjectHandle
        let target: Int
        let to: ObjectHandle
    }

    private(set) var nodes: [Node]
    private(set) var links: [Link] = []
    private let pipeline: ObjectHandle

    init(of pipeline: ObjectHandle) {
        self.pipeline = pipeline
        nodes = pipeline.children.map { Node(element: $0) }
        for index in nodes.indices {
            for pad in nodes[index].element.sourcePads {
                guard let peer = ObjectHandle(adopting: gst_pad_get_peer(pad.pointer())),
                    let parent = ObjectHandle(adopting: gst_pad_get_parent_element(peer.pointer())),
                    let target = node(holding: parent)
                else { continue }
                links.append(Link(source: index, from: pad, target: target, to: peer))
                nodes[index].downstream.append(target)
                nodes[target].upstream.append(index)
            }
        }
    }

    /// The element directly in the pipeline that is this one, or holds it.
    func node(holding element: ObjectHandle) -> Int? {
        var current = element
        while true {
            if let index = nodes.firstIndex(where: { $0.element.raw == current.raw }) { return index }
            guard let parent = ObjectHandle(adopting: gst_object_get_parent(current.pointer())) else { return nil }
            current = parent
        }
    }

    /// All that is reached from some nodes by one step or more.
    func reached(from start: [Int], _ step: (Node) -> [Int]) -> Set<Int> {
        var found: Set<Int> = []
        var next = start.flatMap { step(nodes[$0]) }
        while let index = next.popLast() {
            if found.insert(index).inserted { next += step(nodes[index]) }
        }
        return found
    }
}

extension ObjectHandle {
    /// The elements directly in this bin.
    fileprivate var children: [ObjectHandle] {
        collected(from: gst_bin_iterate_elements(bin))
    }

    fileprivate var sourcePads: [ObjectHandle] {
        collected(from: gst_element_iterate_src_pads(element))
    }
}
