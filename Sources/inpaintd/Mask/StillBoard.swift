internal import Daemon
internal import Dispatch
internal import Frames
internal import Inpainting
internal import MediaGraph
internal import Synchronization

/// The stills of a source, and the masks that are drawn on them.
final class StillBoard: DrawingBoard {
    private struct Still {
        let picture: [UInt8]
        let width: Int
        let height: Int
        let frame: Int
    }

    let start: DrawingStart
    private let source: StillSource
    private let rules: PageMask
    private let bench: PictureBench
    private let target: MaskTarget
    private let hide: SecretFilter
    private let latest: Mutex<Still>
    /// Pipelines and files are waited for here, one thing after another.
    private let work = DispatchQueue(label: "still")

    /// Takes the first still, and paints the mask to begin from.
    ///
    /// Throws: `PipelineError` for a source without a picture, `FrameError` for a mask that cannot be used,
    /// `ControlError` where it is not for the stream's pictures.
    init(_ source: StillSource, frame: Int, mask: String, target: MaskTarget, bench: PictureBench) throws {
        self.source = source
        self.target = target
        self.bench = bench
        rules = try PageMask(naming: mask)
        let still = try Self.take(frame, from: source)
        _ = try rules.mask(of: mask, width: still.width, height: still.height)
        try target.checkSize(of: (still.width, still.height), mayBeUnknown: true)
        hide = SecretFilter(hiding: [])
        start = DrawingStart(
            source: hide(source.source), frame: source.isAddress ? nil : frame, mask: mask, target: target.description)
        latest = Mutex(still)
    }

    private static func take(_ frame: Int, from source: StillSource) throws -> Still {
        let picture = try source.picture(frame)
        let size = try PictureBench.size(ofPNG: picture)
        return Still(picture: picture, width: size.width, height: size.height, frame: frame)
    }

    func still() -> [UInt8] { latest.withLock { $0.picture } }

    func newStill(frame: Int?) async throws(ControlError) -> [UInt8] {
        try await working { [self] in
            let before = latest.withLock { $0.frame }
            let still = try Self.take(source.isAddress ? 1 : frame ?? before, from: source)
            latest.withLock { $0 = still }
            return still.picture
        }
    }

    func mask(of expression: String) async throws(ControlError) -> [UInt8] {
        try await working { [self] in try bench.png(of: mask(of: .expression(expression))) }
    }

    func fill(_ drawing: Drawing) async throws(ControlError) -> [UInt8] {
        try await working { [self] in
            let mask = try mask(of: drawing)
            return try bench.fill(latest.withLock { $0.picture }, mask)
        }
    }

    func save(_ drawing: Drawing) async throws(ControlError) -> String {
        try await working { [self] in
            let mask = try mask(of: drawing)
            let size = latest.withLock { ($0.width, $0.height) }
            guard case .expression(let text) = drawing else {
                guard !mask.isEmpty else { throw Self.empty }
                try target.save(nil, size: size) { try bench.png(of: mask) }
                return target.description
            }
            // What a plugin would add is not in the mask that is painted here.
            guard try rules.expression(text) != nil else { throw Self.empty }
            try target.save(text, size: size) { try bench.png(of: mask) }
            return target.description
        }
    }

    private static let empty = ControlError(.badRequest, "nothing is drawn")

    private func mask(of drawing: Drawing) throws -> Mask {
        let (width, height) = latest.withLock { ($0.width, $0.height) }
        switch drawing {
        case .expression(let text): return try rules.mask(of: text, width: width, height: height)
        case .picture(let bytes): return try bench.mask(inPNG: bytes, width: width, height: height)
        }
    }

    /// Works where waiting keeps nobody else from going on; errors become what the page shows.
    private func working<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws(ControlError) -> Result {
        let result = await withCheckedContinuation { continuation in
            work.async { continuation.resume(returning: Swift.Result(catching: body)) }
        }
        do {
            return try result.get()
        } catch let error as ControlError {
            throw ControlError(error.code, hide(error.message))
        } catch let error as FrameError {
            throw ControlError(error.code == .unavailable ? .unavailable : .badRequest, hide("\(error)"))
        } catch {
            throw ControlError(.unavailable, hide("\(error)"))
        }
    }

    /// Lets what is being played end, and waits a moment for it.
    ///
    /// - Returns: whether nothing is at work any more.
    func stop(within seconds: Int) -> Bool {
        source.stop()
        let done = DispatchSemaphore(value: 0)
        work.async { done.signal() }
        return done.wait(timeout: .now() + .seconds(seconds)) == .success
    }
}
