internal import ArgumentParser
internal import Frames
internal import Inpainting
internal import Kernels

/// Times a session's frames at its steady pace.
struct NetworkBenchmark {
    enum Session: String, ExpressibleByArgument, CaseIterable, Encodable {
        case memory, window
    }

    let session: Session
    /// Of the network's pictures.
    let size: (width: Int, height: Int)
    /// Frames that a pass sees.
    let attended: Int
    /// The least number of frames that are timed.
    let frames: Int
    let hole: Rectangle
    let precision: Precision
    let threads: Int

    /// - Parameter name: the weights'.
    func run(_ network: STTN, named name: String) -> NetworkReport {
        let feed = PictureFeed(size: size, hole: hole)
        let turns = turns(of: network, feed: feed)

        while !turns.hasFilled { turns.take() }
        let start = ThisProcess.age
        while !turns.isAtPace { turns.take() }

        let (workBefore, allocationsBefore) = (network.work, network.allocations)
        let (memoryBefore, processorTimeBefore) = (ThisProcess.memory, ThisProcess.processorTime)
        var seconds: [Double] = []
        while seconds.count * turns.framesATurn < frames {
            let began = ContinuousClock.now
            turns.take()
            seconds.append((ContinuousClock.now - began).seconds / Double(turns.framesATurn))
        }
        let timed = seconds.count * turns.framesATurn
        let processorTime = (ThisProcess.processorTime - processorTimeBefore) / Double(timed)
        let memory = ThisProcess.memory
        let distribution = Distribution(seconds)
        let multiplyAdds = multiplyAdds(from: workBefore, to: network.work, of: network.configuration)
        let operations = 2 * Double(multiplyAdds) / Double(timed) / 1e9
        let peak = MachinePeak.gflops(threads: threads)
        let cores = Double(min(threads, WorkerPool.availableCores()))
        return NetworkReport(
            network: name, session: session, width: size.width, height: size.height, attended: attended,
            hole: [hole.x, hole.y, hole.width, hole.height], frames: timed, precision: precision.name, threads: threads,
            secondsPerFrame: distribution.median, secondsPerFrameLeast: distribution.least,
            secondsPerFrameP90: distribution.quantile(0.9), framesPerSecond: 1 / distribution.median,
            processorSecondsPerFrame: processorTime, directRateGflops: operations / distribution.median,
            directRateOverPeak: operations / distribution.median / peak,
            processorDirectRateOverPeak: operations / processorTime / (peak / cores), peakGflops: peak,
            startSeconds: start,
            maxRssBytes: ThisProcess.greatestMemory, rssBytes: memory, rssGrowthBytes: memory - memoryBefore,
            allocations: network.allocations - allocationsBefore, machine: BenchMachine())
    }

    private func turns(of network: STTN, feed: PictureFeed) -> any SessionTurns {
        switch session {
        case .memory: MemoryTurns(network: network, size: size, attended: attended, feed: feed)
        case .window: WindowTurns(network: network, size: size, attended: attended, feed: feed)
        }
    }

    /// What plain convolutions would have had to do.
    private func multiplyAdds(
        from start: STTN.Work, to end: STTN.Work, of configuration: STTNConfiguration
    ) -> Int {
        let frame = configuration.multiplyAdds(width: size.width, height: size.height)
        return (end.encoded - start.encoded) * frame.encoder + (end.transformed - start.transformed) * frame.blocks
            + (end.decoded - start.decoded) * frame.decoder
    }
}

/// What a frame costs.
struct NetworkReport: BenchReport {
    let network: String
    let session: NetworkBenchmark.Session
    let width: Int
    let height: Int
    let attended: Int
    /// Left, top, width, height.
    let hole: [Int]
    let frames: Int
    let precision: String
    let threads: Int
    /// The median.
    let secondsPerFrame: Double
    let secondsPerFrameLeast: Double
    let secondsPerFrameP90: Double
    let framesPerSecond: Double
    /// Of all threads, the mean: the least disturbed by what else the machine does.
    let processorSecondsPerFrame: Double
    let directRateGflops: Double
    let directRateOverPeak: Double
    /// The same by processor time, which other load changes little.
    let processorDirectRateOverPeak: Double
    /// Of fp32, as many threads together.
    let peakGflops: Double
    /// From the start of the process to the first filled frame.
    let startSeconds: Double
    let maxRssBytes: Int
    let rssBytes: Int
    /// Over the timed frames.
    let rssGrowthBytes: Int
    /// How often memory for tensors was asked of the system while frames were timed.
    let allocations: Int
    let machine: BenchMachine

    var text: String {
        let milliseconds = { (seconds: Double) in (1000 * seconds).rounded(to: 1) + " ms" }
        let mebibytes = { (bytes: Int) in (Double(bytes) / 1_048_576).rounded(to: 1) + " MiB" }
        return """
            \(network), \(width)x\(height), \(session.rawValue) session, \(attended) frames attended, \(precision), \
            \(threads) threads
            \(machine.text)
              a frame      \(milliseconds(secondsPerFrame)) (least \(milliseconds(secondsPerFrameLeast)), p90 \
            \(milliseconds(secondsPerFrameP90)), \(frames) frames): \(framesPerSecond.rounded(to: 1)) frames/s
              direct rate  \(directRateGflops.rounded(to: 0)) GFLOP/s, \(directRateOverPeak.rounded(to: 2)) × the fp32 \
            peak of \(peakGflops.rounded(to: 0))
              by core      \(milliseconds(processorSecondsPerFrame)) of processor time a frame, \
            \(processorDirectRateOverPeak.rounded(to: 2)) × the peak
              memory       \(mebibytes(maxRssBytes)) at most, \(mebibytes(rssBytes)) at the end
              start        \(startSeconds.rounded(to: 2)) s to the first filled frame
            """
    }
}
