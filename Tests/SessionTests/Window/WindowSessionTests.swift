import Inpainting
import Testing

@Suite struct WindowSessionTests {
    /// Samplings with and without each part.
    static let samplings = [
        WindowSampling(),
        WindowSampling(neighbors: 2, references: 2, referenceStride: 3, lookahead: 2),
        WindowSampling(neighbors: 3, references: 1, referenceStride: 2, lookahead: 0),
        WindowSampling(neighbors: 3, references: 2, referenceStride: 4, lookahead: 1),
        WindowSampling(neighbors: 0, references: 2, referenceStride: 3, lookahead: 0),
        WindowSampling(neighbors: 0, references: 0, referenceStride: 1, lookahead: 3),
        WindowSampling(neighbors: 2, references: 0, referenceStride: 1, lookahead: 9),
        WindowSampling(neighbors: 1, references: 3, referenceStride: 1, lookahead: 1),
    ]

    @Test("as many come out as went in, in order, none before its look-ahead", arguments: samplings)
    func counts(sampling: WindowSampling) throws {
        let network = try Clip.network()
        for length in [0, 1, 2, 3, 7, 16] {
            let clip = Clip(length)
            let session = WindowSession(network, sampling)
            var received: [Fill] = []
            for index in 0..<length {
                session.send(clip, index)
                received += session.receiveAll()
                #expect(received.count == max(0, index + 1 - session.delay))
            }
            session.drain()
            received += session.receiveAll()
            #expect(received.map(\.index) == Array(0..<length))
            #expect(received.allSatisfy { $0.picture?.count == Clip.width * Clip.height * 3 })
            #expect(session.heldFrames == 0)
        }
    }

    @Test("the declared latency is the look-ahead and a step")
    func latency() throws {
        let network = try Clip.network()
        #expect(WindowSession(network, WindowSampling()).latencyFrames == 10)
        #expect(WindowSession(network, WindowSampling(lookahead: 0)).latencyFrames == 1)
    }

    @Test(
        "with twice the neighbours for look-ahead, the pictures are the reference's", arguments: [1, 2, 5],
        [1, 4, 13, 21])
    func referenceNeighbors(neighbors: Int, length: Int) throws {
        let network = try Clip.network()
        let clip = Clip(length)
        let session = WindowSession(
            network,
            WindowSampling(neighbors: neighbors, references: 0, referenceStride: 10, lookahead: 2 * neighbors))
        for index in 0..<length { session.send(clip, index) }
        session.drain()
        let expected = ReferenceLoop(neighborStride: neighbors, referenceLength: nil).run(clip, network: network)
        try clip.check(session.receiveAll(), against: expected)
    }

    @Test("without bounds the pictures are the reference's, references and all", arguments: [1, 6, 23], [2, 7, 10])
    func referenceWhole(length: Int, referenceStride: Int) throws {
        let network = try Clip.network()
        let clip = Clip(length)
        let session = WindowSession(
            network,
            WindowSampling(neighbors: 5, references: .max, referenceStride: referenceStride, lookahead: 1000))
        for index in 0..<length { session.send(clip, index) }
        session.drain()
        let expected = ReferenceLoop(neighborStride: 5, referenceLength: referenceStride).run(clip, network: network)
        try clip.check(session.receiveAll(), against: expected)
    }

    @Test("frames without a hole come out empty, and cost nothing where no hole is near")
    func withoutHoles() throws {
        let network = try Clip.network()
        let clip = Clip(40) { (15...18).contains($0) }
        let session = WindowSession(
            network, WindowSampling(neighbors: 2, references: 1, referenceStride: 8, lookahead: 2))
        for index in 0..<clip.count {
            session.send(clip, index)
            if index == 12 { #expect(network.work == STTN.Work()) }
        }
        session.drain()
        let fills = session.receiveAll()
        #expect(fills.map { $0.picture != nil } == (0..<40).map { (15...18).contains($0) })
        // The passes at 14, 16 and 18 see 12 … 20 and the reference 8, and predict 15–16, 16–18 and 18: what has a
        // hole and has not left.
        #expect(network.work.encoded == 9 + 1)
        #expect(network.work.transformed == 3 * (5 + 1))
        #expect(network.work.decoded == 2 + 3 + 1)
    }

    @Test("the encoder runs once a frame, and the past is forgotten", arguments: samplings)
    func steady(sampling: WindowSampling) throws {
        let network = try Clip.network()
        let clip = Clip(20)
        let session = WindowSession(network, sampling)
        var allocations = 0
        var most = 0
        for index in 0..<200 {
            session.send(clip, index % clip.count)
            _ = session.receiveAll()
            most = max(most, session.heldFrames)
            if index == 120 { allocations = network.allocations }
        }
        #expect(network.work.encoded <= 200)
        #expect(network.allocations == allocations, "a steady session asks the system for no memory")
        #expect(
            most <= sampling.neighbors + sampling.lookahead + sampling.step + sampling.references
                + sampling.referenceStride + 1)
    }

    @Test("a flush in the middle forgets everything and counts from 0", arguments: samplings)
    func flush(sampling: WindowSampling) throws {
        let network = try Clip.network()
        let clip = Clip(9)
        let session = WindowSession(network, sampling)
        for index in 0..<5 { session.send(clip, index) }
        session.flush()
        #expect(session.receive() == nil && session.heldFrames == 0)
        session.drain()
        #expect(session.receive() == nil)

        let fresh = WindowSession(network, sampling)
        for index in 0..<9 {
            session.send(clip, index)
            fresh.send(clip, index)
        }
        session.drain()
        fresh.drain()
        #expect(session.receiveAll() == fresh.receiveAll())
    }

    @Test("a second drain gives nothing more, and what is sent after one is a clip of its own", arguments: samplings)
    func drainTwice(sampling: WindowSampling) throws {
        let network = try Clip.network()
        let clip = Clip(7)
        let session = WindowSession(network, sampling)
        for index in 0..<7 { session.send(clip, index) }
        session.drain()
        session.drain()
        let first = session.receiveAll()
        #expect(first.map(\.index) == Array(0..<7))
        for index in 0..<7 { session.send(clip, index) }
        session.drain()
        let second = session.receiveAll()
        #expect(second.map(\.index) == Array(7..<14))
        #expect(second.map(\.picture) == first.map(\.picture))
    }

    @Test("a picture is copied when it is sent")
    func copied() throws {
        let network = try Clip.network()
        let clip = Clip(3)
        let kept = WindowSession(network, WindowSampling())
        let reused = WindowSession(network, WindowSampling())
        var picture = [UInt8](repeating: 0, count: Clip.width * Clip.height * 3)
        for index in 0..<3 {
            kept.send(clip, index)
            picture = clip.pictures[index]
            picture.withUnsafeMutableBytes { bytes in
                reused.send(picture: UnsafeRawBufferPointer(bytes), hole: clip.holes[index])
                for place in bytes.indices { bytes[place] = 99 }
            }
        }
        kept.drain()
        reused.drain()
        #expect(kept.receiveAll() == reused.receiveAll())
    }
}
