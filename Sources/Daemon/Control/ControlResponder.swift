internal import Glibc
internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import NIOHTTP1

/// Turns a request into what it asks for.
struct ControlResponder: HTTPResponder {
    private let control: any StreamControl
    private let access: DaemonConfiguration.Control
    private let readyWithin: Duration
    private let version: String
    private let limits: ControlLimits
    private let eventStreams: Allotment
    private let birth = ContinuousClock.now
    private let started = DaemonFigures.time(of: CLOCK_REALTIME)

    init(control: any StreamControl, configuration: DaemonConfiguration, version: String, limits: ControlLimits) {
        self.control = control
        access = configuration.control
        readyWithin = configuration.readyWithin
        self.version = version
        self.limits = limits
        eventStreams = Allotment(of: limits.eventStreams)
    }

    /// Throws: Only what ends the connection.
    func respond(
        to request: Request, from side: ControlListener.Side, deadline: ConnectionDeadline
    ) async throws -> Response {
        do {
            if side == .loopback { try Self.checkOrigin(of: request) }
            let route = try ControlRoute(method: request.method.rawValue, target: request.head.path ?? "")
            let body = try await request.body.collect(upTo: limits.body)
            deadline.stop()
            return try await respond(to: route, body: Array(body.readableBytesView), request, deadline)
        } catch let failure as ControlFailure {
            return .failure(failure)
        } catch let error as ControlError {
            return .failure(ControlFailure(error))
        } catch is NIOTooManyBytesError {
            return .failure(.tooLarge(limit: limits.body))
        }
    }

    /// Refuses what a web page can make a browser send: its own name for this address, or a page's origin.
    private static func checkOrigin(of request: Request) throws(ControlFailure) {
        let authority = (request.head.authority ?? "").lowercased()
        guard LoopbackAddress(authority) != nil || LoopbackAddress("\(authority):80") != nil else {
            throw ControlFailure(ControlError(.refused, "the Host header names no loopback address"))
        }
        guard request.headers[.origin] == nil else {
            throw ControlFailure(ControlError(.refused, "web pages may not ask anything here"))
        }
    }

    private func respond(
        to route: ControlRoute, body: [UInt8], _ request: Request, _ deadline: ConnectionDeadline
    ) async throws -> Response {
        switch route {
        case .live:
            return .text("ok\n")
        case .ready:
            let readiness = Readiness(of: await control.streams(), within: readyWithin)
            return .json(readiness, status: readiness.isReady ? .ok : .serviceUnavailable)
        case .status:
            return .json(await status())
        case .metrics:
            let figures = DaemonFigures(version: version, started: started)
            let text = MetricsText.text(of: await control.streams(), daemon: figures)
            return .text(text, type: MetricsText.contentType)
        case .events(let stream):
            return try events(of: stream, request, deadline)
        case .reload:
            return .json(ReloadDocument(changed: try await control.reload()))
        case .list:
            return .json(await control.streams().map(StreamDocument.init))
        case .show(let name):
            return .json(StreamDocument(try await control.stream(named: name)))
        case .add(let name):
            let stream = try StreamRequest(json: body).configuration(named: name, by: access)
            try await control.add(stream)
            return .json(StreamDocument(try await control.stream(named: name)), status: .created)
        case .remove(let name):
            try await control.remove(name)
            return Response(status: .noContent)
        case .start(let name):
            try await control.start(name)
            return .json(StreamDocument(try await control.stream(named: name)))
        case .stop(let name):
            try await control.stop(name)
            return .json(StreamDocument(try await control.stream(named: name)))
        case .graph(let name):
            return .text(try await control.graph(name), type: "text/vnd.graphviz; charset=utf-8")
        case .set(let name, let element, let property):
            let value = try JSONText.string(body)
            guard FileRoots(access.roots).allow(value: value) else {
                throw ControlError(.refused, "the value names a file outside of the folders in control.roots")
            }
            try await control.set(name, element: element, property: property, value: value)
            return Response(status: .noContent)
        }
    }

    private func status() async -> DaemonDocument {
        let streams = await control.streams()
        return DaemonDocument(
            version: version, process: getpid(), uptime: (ContinuousClock.now - birth) / .seconds(1),
            readiness: Readiness(of: streams, within: readyWithin), streams: streams.map(StreamDocument.init))
    }

    private func events(
        of stream: String?, _ request: Request, _ deadline: ConnectionDeadline
    ) throws(ControlFailure) -> Response {
        guard let slot = eventStreams.take() else {
            throw ControlFailure(
                ControlError(.unavailable, "there are \(limits.eventStreams) event streams already"))
        }
        let last = request.headers.first { $0.name.canonicalName == "last-event-id" }.flatMap { UInt64($0.value) }
        // Asked for before the answer's head is written, so that nothing that happens after it is missed.
        let feed = EventFeed(
            events: control.events(), stream: stream, last: last, heartbeat: limits.heartbeat, deadline: deadline)
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await feed.write(to: &writer)
                withExtendedLifetime(slot) {}
                try await writer.finish(nil)
            })
    }
}
