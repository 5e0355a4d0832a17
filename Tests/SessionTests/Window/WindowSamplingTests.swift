import Inpainting
import Testing

@Suite struct WindowSamplingTests {
    /// The passes of a clip that is sent whole, then drained, each with the number of frames that were there.
    private func passes(_ sampling: WindowSampling, length: Int) -> [(pass: WindowSampling.Pass, count: Int)] {
        stride(from: 0, to: length, by: sampling.step).map { centre in
            let count = min(sampling.dueFrame(ofPassAt: centre) + 1, length)
            return (sampling.pass(at: centre, count: count), count)
        }
    }

    @Test("every frame is predicted before it is given out", arguments: 0...7, 0...16)
    func coverage(neighbors: Int, lookahead: Int) {
        let sampling = WindowSampling(neighbors: neighbors, references: 2, referenceStride: 3, lookahead: lookahead)
        for length in [1, 2, 5, 6, 11, 40] {
            let passes = passes(sampling, length: length)
            for frame in 0..<length {
                // Given out on the arrival of frame + lookahead, or at the drain.
                let covered = passes.contains {
                    $0.pass.neighbors.contains(frame) && $0.count <= min(frame + lookahead + 1, length)
                }
                #expect(covered, "frame \(frame) of \(length)")
            }
        }
    }

    @Test("whatever a pass sees is there, once, and kept until then", arguments: 0...6, 0...14)
    func kept(neighbors: Int, lookahead: Int) {
        for references in [0, 1, 3] {
            let sampling = WindowSampling(
                neighbors: neighbors, references: references, referenceStride: 4, lookahead: lookahead)
            let passes = passes(sampling, length: 50)
            for (place, (pass, count)) in passes.enumerated() {
                let seen = Array(pass.neighbors) + pass.references
                #expect(Set(seen).count == seen.count && seen.allSatisfy { (0..<count).contains($0) })
                #expect(pass.references.allSatisfy { $0 % 4 == 0 } && pass.references == pass.references.sorted())
                for (earlier, _) in passes[...place] {
                    for index in seen where index <= earlier.centre {
                        #expect(sampling.keeps(index, forPassAt: earlier.centre), "\(index) before \(pass)")
                    }
                }
            }
        }
    }

    @Test("what is kept is bounded, however long the clip")
    func bounded() {
        let sampling = WindowSampling()
        let kept = (0..<100_000).filter { sampling.keeps($0, forPassAt: 99_990) && $0 <= 99_990 }
        #expect(kept.count == 5 + 1 + 5)
    }

    @Test("the default waits for its neighbours and takes the newest references")
    func standard() {
        let sampling = WindowSampling()
        #expect(sampling.step == 5 && sampling.reach == 5 && sampling.dueFrame(ofPassAt: 100) == 105)
        let pass = sampling.pass(at: 100, count: 106)
        #expect(pass.neighbors == 95..<106)
        #expect(pass.references == [50, 60, 70, 80, 90])
        #expect(sampling.pass(at: 0, count: 3).neighbors == 0..<3)
        #expect(sampling.pass(at: 0, count: 3).references.isEmpty)
    }

    @Test("without look-ahead every frame is its own pass, over the past")
    func noLookahead() {
        let sampling = WindowSampling(neighbors: 3, references: 2, referenceStride: 5, lookahead: 0)
        #expect(sampling.step == 1)
        #expect(sampling.dueFrame(ofPassAt: 17) == 17)
        #expect(sampling.pass(at: 17, count: 18).neighbors == 14..<18)
        #expect(sampling.pass(at: 17, count: 18).references == [5, 10])
    }

    @Test("a look-ahead of twice the neighbours makes the reference's windows", arguments: 1...5)
    func neighborsOfReference(neighbors: Int) {
        let sampling = WindowSampling(
            neighbors: neighbors, references: 0, referenceStride: 10, lookahead: 2 * neighbors)
        let loop = ReferenceLoop(neighborStride: neighbors, referenceLength: nil)
        for length in 1..<30 {
            let passes = passes(sampling, length: length)
            #expect(passes.map(\.pass.centre) == Array(stride(from: 0, to: length, by: neighbors)))
            for (pass, _) in passes {
                #expect(Array(pass.neighbors) == loop.neighbors(pass.centre, length: length))
                // Every pass over a frame is done before the frame leaves.
                for frame in pass.neighbors {
                    #expect(sampling.dueFrame(ofPassAt: pass.centre) <= frame + sampling.lookahead)
                }
            }
        }
    }

    @Test("without bounds the references are the reference's", arguments: [1, 3, 10])
    func unbounded(referenceStride: Int) {
        let sampling = WindowSampling(
            neighbors: 5, references: .max, referenceStride: referenceStride, lookahead: 1000)
        let loop = ReferenceLoop(neighborStride: 5, referenceLength: referenceStride)
        for length in [1, 6, 11, 37, 80] {
            for (pass, _) in passes(sampling, length: length) {
                let neighbors = loop.neighbors(pass.centre, length: length)
                #expect(Array(pass.neighbors) == neighbors)
                #expect(pass.references == loop.references(neighbors: neighbors, length: length))
            }
        }
    }
}
