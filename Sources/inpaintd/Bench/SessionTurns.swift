internal import Frames
internal import Inpainting

/// Pictures for a session that is timed: what they show costs nothing.
struct PictureFeed {
    private let width: Int
    private let height: Int
    private let hole: [UInt8]
    private var rgb: [UInt8]
    private var count = 0

    init(size: (width: Int, height: Int), hole box: Rectangle) {
        (width, height) = size
        rgb = [UInt8](repeating: 0, count: 3 * width * height)
        var hole = [UInt8](repeating: 0, count: width * height)
        for y in box.y..<box.bottom {
            for x in box.x..<box.right { hole[y * width + x] = 1 }
        }
        self.hole = hole
    }

    /// Shows the next picture, a pattern that moves.
    mutating func next(_ body: (_ picture: UnsafeRawBufferPointer, _ hole: [UInt8]) -> Void) {
        for y in 0..<height {
            for x in 0..<width {
                let place = 3 * (y * width + x)
                rgb[place] = UInt8(truncatingIfNeeded: x + 5 * count)
                rgb[place + 1] = UInt8(truncatingIfNeeded: 2 * y + 3 * count)
                rgb[place + 2] = UInt8(truncatingIfNeeded: (x ^ y) + count)
            }
        }
        count += 1
        rgb.withUnsafeBytes { body($0, hole) }
    }
}

/// A session's work in equal turns, as many frames out of each as went in.
protocol SessionTurns: AnyObject {
    var framesATurn: Int { get }
    /// Whether a frame has been filled.
    var hasFilled: Bool { get }
    /// Whether every further turn costs the same.
    var isAtPace: Bool { get }
    func take()
}

/// The memory session: a turn is a frame.
final class MemoryTurns: SessionTurns {
    private let session: MemorySession
    private let attended: Int
    private var feed: PictureFeed
    private var turnsAtPace = 0
    private(set) var hasFilled = false
    let framesATurn = 1

    /// - Parameter attended: frames of a pass, the new one and those before it.
    init(network: STTN, size: (width: Int, height: Int), attended: Int, feed: PictureFeed) {
        session = MemorySession(
            network: network, width: size.width, height: size.height,
            sampling: .init(neighbors: attended - 1, references: 0), resetsOnSceneCut: false)
        self.attended = attended
        self.feed = feed
    }

    /// The first turn that sees all frames is the first that gives one up, whose memory the next one takes.
    var isAtPace: Bool { turnsAtPace > 1 }

    func take() {
        if session.attended == attended { turnsAtPace += 1 }
        feed.next { picture, hole in
            let fill = session.fill(picture: picture, hole: hole)
            hasFilled = hasFilled || fill != nil
        }
    }
}

/// The window session: a turn is a pass, and the frames that it lets out.
final class WindowTurns: SessionTurns {
    private let session: WindowSession
    private let attended: Int
    private var feed: PictureFeed
    private var sent = 0
    private(set) var hasFilled = false
    let framesATurn: Int

    /// - Parameter attended: frames of a pass: its centre, half of the others before it and half after it.
    init(network: STTN, size: (width: Int, height: Int), attended: Int, feed: PictureFeed) {
        let sampling = WindowSampling(neighbors: attended / 2, references: 0, lookahead: (attended - 1) / 2)
        session = WindowSession(network: network, width: size.width, height: size.height, sampling: sampling)
        framesATurn = sampling.step
        self.attended = attended
        self.feed = feed
    }

    /// The first passes see less than the others.
    var isAtPace: Bool { sent >= 2 * attended }

    func take() {
        for _ in 0..<framesATurn {
            feed.next { session.send(picture: $0, hole: $1) }
            sent += 1
        }
        while let fill = session.receive() { hasFilled = hasFilled || fill.picture != nil }
    }
}
