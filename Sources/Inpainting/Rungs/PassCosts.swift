public import Frames

/// One pass of the network over one region, as far as its cost depends on it.
public struct NetworkPass: Hashable, Sendable {
    public let size: NetworkSize
    /// Frames attended to, the new one included.
    public let attended: Int

    public init(size: NetworkSize, attended: Int) {
        self.size = size
        self.attended = attended
    }

    /// How much of it there is to do, in units that mean nothing by themselves.
    ///
    /// Source: STTN's multiply-adds. All of them grow with the picture's area; beside what each frame costs, each
    /// frame attended to costs about a ninety-fourth of that.
    var work: Double { Double(size.area * (94 + attended)) }
}

/// What passes of the network cost on this machine, as measured, and what others would therefore cost.
///
/// An estimate is the pass's work × the time a unit of work takes now × how much dearer this very size and reach have
/// been than their work says. The machine's present pace is common to all passes: a faster one is noticed by the passes
/// that run, and believed of those that do not. A pure value.
public struct PassCosts: Sendable {
    /// Passes from which the present pace is taken.
    private static let remembered = 5

    /// Nanoseconds a unit of work took in the last passes, each freed of what is its own pass's share.
    private var paces: [Double] = []
    /// What the very first pass lets expect, until one was counted.
    private var firstPace: Double?
    /// How much dearer a pass is than its work says.
    private var shares: [NetworkPass: Double] = [:]
    private var warmedUp: Set<NetworkSize> = []
    private var last: NetworkPass?

    public init() {}

    /// What a pass would take now; nil as long as nothing was measured.
    public func estimate(_ pass: NetworkPass) -> Timestamp? {
        guard let pace = slowPace ?? firstPace else { return nil }
        return Timestamp(nanoseconds: UInt64(pass.work * share(of: pass) * pace))
    }

    /// What several passes would take, one after the other.
    public func estimate(_ passes: [NetworkPass]) -> Timestamp? {
        passes.reduce(Timestamp.zero) { sum, pass in
            sum.flatMap { sum in estimate(pass).map { sum.advanced(by: $0) } }
        }
    }

    /// Takes what a pass took.
    ///
    /// The first of each size is not counted: it pays for what is made only once. The very first of all counts half, for
    /// want of any other.
    public mutating func measure(_ pass: NetworkPass, took time: Timestamp) {
        let measured = max(1, Double(time.nanoseconds)) / pass.work
        guard !warmedUp.insert(pass.size).inserted else {
            firstPace = firstPace ?? measured / 2
            return
        }
        // Passes that are all the same say nothing of how one compares with another.
        if let pace = usualPace, pass != last {
            let seen = min(max(measured / pace, 0.25), 4)
            let known = shares[pass] ?? seen
            shares[pass] = known + (seen - known) / 8
        }
        last = pass
        paces.append(measured / share(of: pass))
        if paces.count > Self.remembered { paces.removeFirst() }
    }

    /// The second slowest of the last passes: one that was interrupted is no reason to expect less of the next.
    private var slowPace: Double? {
        let sorted = paces.sorted()
        return sorted.dropLast().last ?? sorted.last
    }

    private var usualPace: Double? {
        paces.isEmpty ? nil : paces.sorted()[paces.count / 2]
    }

    /// The share of the nearest pass of its size; as its work says where none has run.
    private func share(of pass: NetworkPass) -> Double {
        if let known = shares[pass] { return known }
        let near = shares.filter { $0.key.size == pass.size }
            .min { one, other in
                (abs(one.key.attended - pass.attended), one.key.attended)
                    < (abs(other.key.attended - pass.attended), other.key.attended)
            }
        return near?.value ?? 1
    }
}
