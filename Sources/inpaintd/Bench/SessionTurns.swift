internal import Frames
internal import Inpainting

/// Pictures for a session that is timed: a pattern that moves, drawn beforehand.
struct PictureFeed {
    private static let period = 4

    private let hole: [UInt8]
    private let pictures: [[UInt8]]
    private var count = 0

    init(size: (width: Int, height: Int), hole box: Rectangle) {
        var hole = [UInt8](repeating: 0, count: size.width * size.height)
        for y in box.y..<box.bottom {
            for x in box.x..<box.right { hole[y * size.width + x] = 1 }
        }
        self.hole = hole
        pictures = (0..<Self.period).map { Self.picture(size, at: $0) }
    }

    private static func picture(_ size: (width: Int, height: Int), at time: Int) -> [UInt8] {
        var rgb: [UInt8] = []
        rgb.reserveCapacity(3 * size.width * size.height)
        for y in 0..<size.height {
            for x in 0..<size.width {
                rgb.append(UInt8(truncatingIfNeeded: x + 5 * time))
                rgb.append(UInt8(truncatingIfNeeded: 2 * y + 3 * time))
                rgb.append(UInt8(truncatingIfNeeded: (x ^ y) + time))
            }
        }
        return rgb
    }

    /// Shows the next picture.
    mutating func next(_ body: (_ picture: UnsafeRawBufferPointer, _ hole: [UInt8]) -> Void) {
        pictures[count % Self.period].withUnsafeBytes { body($0, hole) }
        count += 1
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
