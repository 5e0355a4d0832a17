/// What a request asks for.
public enum ControlRoute: Hashable, Sendable {
    case live
    case ready
    case status
    case metrics
    case events(stream: String?)
    case reload
    case list
    case show(String)
    case add(String)
    case remove(String)
    case start(String)
    case stop(String)
    case graph(String)
    case set(String, element: String, property: String)

    package var method: String {
        switch self {
        case .live, .ready, .status, .metrics, .events, .list, .show, .graph: "GET"
        case .reload, .start, .stop: "POST"
        case .add, .set: "PUT"
        case .remove: "DELETE"
        }
    }

    /// Path and query, as a request line has them.
    package var target: String {
        func path(_ parts: String...) -> String { parts.map { "/" + PercentCoding.encode($0) }.joined() }
        return switch self {
        case .live: path("livez")
        case .ready: path("readyz")
        case .status: path("status")
        case .metrics: path("metrics")
        case .events(let stream): path("events") + (stream.map { "?stream=" + PercentCoding.encode($0) } ?? "")
        case .reload: path("reload")
        case .list: path("streams")
        case .show(let name), .add(let name), .remove(let name): path("streams", name)
        case .start(let name): path("streams", name, "start")
        case .stop(let name): path("streams", name, "stop")
        case .graph(let name): path("streams", name, "graph")
        case .set(let name, let element, let property): path("streams", name, "elements", element, property)
        }
    }

    /// Reads a request line's method and target.
    ///
    /// Throws: `ControlFailure` with status 404, or 405 with the methods that there are.
    package init(method: String, target: String) throws(ControlFailure) {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = halves.first ?? ""
        let query = halves.count > 1 ? halves[1] : ""
        var parts: [String] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard let decoded = PercentCoding.decode(part) else { throw .unknownPath }
            parts.append(decoded)
        }
        let choices = path.hasPrefix("/") ? Self.choices(at: parts, query: query) : []
        guard !choices.isEmpty else { throw .unknownPath }
        guard let choice = choices.first(where: { $0.method == method }) else {
            throw .wrongMethod(allowed: choices.map(\.method))
        }
        self = choice
    }

    /// What can be asked at a path.
    private static func choices(at parts: [String], query: Substring) -> [ControlRoute] {
        let name = parts.count > 1 ? parts[1] : ""
        return switch (parts.first, parts.count, parts.last) {
        case ("livez", 1, _): [.live]
        case ("readyz", 1, _): [.ready]
        case ("status", 1, _): [.status]
        case ("metrics", 1, _): [.metrics]
        case ("events", 1, _): [.events(stream: value(of: "stream", in: query))]
        case ("reload", 1, _): [.reload]
        case ("streams", 1, _): [.list]
        case ("streams", 2, _): [.show(name), .add(name), .remove(name)]
        case ("streams", 3, "start"): [.start(name)]
        case ("streams", 3, "stop"): [.stop(name)]
        case ("streams", 3, "graph"): [.graph(name)]
        case ("streams", 5, _) where parts[2] == "elements":
            [.set(name, element: parts[3], property: parts[4])]
        default: []
        }
    }

    private static func value(of name: String, in query: Substring) -> String? {
        for pair in query.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if halves.count == 2 && halves[0] == name { return PercentCoding.decode(halves[1]) }
        }
        return nil
    }
}
