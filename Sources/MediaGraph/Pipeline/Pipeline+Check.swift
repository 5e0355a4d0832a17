internal import CGStreamer
internal import Frames

/// What can be seen of a pipeline that was built, before any of it is opened.
extension Pipeline {
    /// Looks at what the program's own elements are set to, as they do when they start: their masks among it.
    ///
    /// Throws: `PipelineError` that names the element.
    public func checkSettings() throws(PipelineError) {
        for element in handle.elements {
            guard let stage = ElementClass.element(of: element) else { continue }
            for property in type(of: stage).properties {
                if case .readOnly = property.access { continue }
                do {
                    try stage.check(stage.property(property.name), for: property.name)
                } catch {
                    throw PipelineError(.badText, subject: name, detail: "\(element.name): \(error)")
                }
            }
        }
    }

    /// Looks whether it can be published at a port that is the program's: see `RTSPConnections`.
    ///
    /// Throws: `PipelineError` that names the element.
    public func checkPublishing() throws(PipelineError) {
        for element in handle.elements where element.factoryName == RTSPSinkClass.factoryName {
            if let problem = RTSPSettings(of: element).problemAtProgramPort {
                throw PipelineError(.badText, subject: name, detail: "\(element.name): \(problem)")
            }
        }
    }

    /// Whether anything of it is published by RTSP.
    public var isPublished: Bool { handle.elements.contains { $0.factoryName == RTSPSinkClass.factoryName } }
}
