internal import Frames

/// What `/metrics` says of the daemon and its streams.
package enum MetricsText {
    /// What the text's media type is.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package static func text(of streams: [StreamStatus], daemon: DaemonFigures) -> String {
        var writer = MetricsWriter()
        writer.writeCounters(of: streams)
        writer.writeHistograms(of: streams)
        writer.writeStages(of: streams, now: daemon.now)
        writer.writeStates(of: streams)
        writer.writeWorkers(of: streams)
        writer.writeDaemon(daemon)
        return writer.text
    }
}

/// The stages' counters that are a family each. The others are a label of `frames_repaired` or `frames_dropped`.
private let stageCounters: KeyValuePairs<StageCounters.Counter, (String, String)> = [
    .framesIn: ("frames_in", "Frames that came into a stage."),
    .framesOut: ("frames_out", "Frames that left a stage."),
    .framesLate: ("frames_late", "Frames that left later than the latency budget allows."),
    .framesHeldBack: ("frames_held_back", "Times the source was held back because the stage was behind."),
    .framesStoodIn: ("frames_stood_in", "Stills that the output showed while the source was away."),
    .masksMissing: ("masks_missing", "Frames for which the mask stream, or a mask plugin, had nothing in time."),
    .framesUnblended: ("frames_unblended", "Frames from which an overlay of known make was taken away."),
    .framesProtected: ("frames_protected", "Frames of which a part was made unrecognisable."),
    .pluginFailures: ("plugin_failures", "Frames for which a plugin had no answer that can be used."),
    .regionMoves: ("region_moves", "Times a region moved and its memory was dropped."),
    .sceneCuts: ("scene_cuts", "Times a scene cut made a region's memory worthless."),
]

extension StageTotals {
    fileprivate subscript(counter: StageCounters.Counter) -> UInt64 { counters[counter.rawValue] ?? 0 }
}

extension MetricsWriter {
    fileprivate mutating func writeCounters(of streams: [StreamStatus]) {
        for (counter, (name, help)) in stageCounters {
            begin("inpaintd_\(name)_total", .counter, help)
            for stream in streams {
                for stage in stream.stages {
                    sample(["stream": stream.name, "stage": stage.element], stage[counter])
                }
            }
        }
        begin("inpaintd_frames_repaired_total", .counter, "Frames whose hole was filled, by how.")
        for stream in streams {
            for stage in stream.stages {
                for rung in Rung.allCases {
                    sample(
                        ["stream": stream.name, "stage": stage.element, "rung": rung.rawValue],
                        stage[rung.counter])
                }
            }
        }
        begin("inpaintd_frames_dropped_total", .counter, "Frames that came in and never left, by why.")
        for stream in streams {
            for stage in stream.stages {
                for (reason, counter) in [
                    ("flushed", StageCounters.Counter.framesFlushed), ("lost", .framesLost),
                    ("superseded", .framesSuperseded),
                ] {
                    sample(["stream": stream.name, "stage": stage.element, "reason": reason], stage[counter])
                }
            }
        }
    }

    fileprivate mutating func writeHistograms(of streams: [StreamStatus]) {
        begin("inpaintd_frame_latency_seconds", .histogram, "From a frame's coming to its leaving.")
        for stream in streams {
            for stage in stream.stages {
                sample(["stream": stream.name, "stage": stage.element], stage.latency)
            }
        }
        begin("inpaintd_inference_seconds", .histogram, "The network's time for a frame.")
        for stream in streams {
            for stage in stream.stages {
                sample(["stream": stream.name, "stage": stage.element], stage.inference)
            }
        }
    }

    fileprivate mutating func writeStages(of streams: [StreamStatus], now: Double) {
        let playing = streams.flatMap { stream in (stream.progress?.stages ?? []).map { (stream.name, $0) } }
        begin("inpaintd_stage_queued_frames", .gauge, "Frames that wait before a stage's work.")
        for (stream, stage) in playing { sample(["stream": stream, "stage": stage.element], stage.queued) }
        begin("inpaintd_stage_held_frames", .gauge, "Frames that a stage holds.")
        for (stream, stage) in playing { sample(["stream": stream, "stage": stage.element], stage.held) }
        begin("inpaintd_last_frame_timestamp_seconds", .gauge, "When the last frame left a stage.")
        for (stream, stage) in playing {
            guard let age = stage.sinceLastFrame else { continue }
            sample(["stream": stream, "stage": stage.element], now - age / .seconds(1))
        }
    }

    fileprivate mutating func writeStates(of streams: [StreamStatus]) {
        begin("inpaintd_stream_restarts_total", .counter, "Times a stream was started again, by why.")
        for stream in streams {
            for reason in StreamFault.Reason.allCases {
                sample(["stream": stream.name, "reason": reason.rawValue], stream.restarts[reason] ?? 0)
            }
        }
        begin("inpaintd_stream_state", .gauge, "1 for the state that a stream is in.")
        for stream in streams {
            for state in StreamState.allCases {
                sample(["stream": stream.name, "state": state.rawValue], stream.state == state ? 1 : 0)
            }
        }
        begin("inpaintd_stream_source_lost", .gauge, "Whether the output shows a still because the source is away.")
        for stream in streams {
            guard let progress = stream.progress else { continue }
            sample(["stream": stream.name], progress.isSourceLost ? 1 : 0)
        }
    }

    fileprivate mutating func writeWorkers(of streams: [StreamStatus]) {
        let workers = streams.compactMap { stream in stream.progress.map { (stream.name, $0) } }
        begin("inpaintd_worker_resident_memory_bytes", .gauge, "Memory that a stream's process has in use.")
        for (stream, progress) in workers { sample(["stream": stream], progress.residentMemory) }
        begin("inpaintd_worker_threads", .gauge, "Threads of a stream's process.")
        for (stream, progress) in workers { sample(["stream": stream], progress.threads) }
        begin("inpaintd_worker_open_fds", .gauge, "Open descriptors of a stream's process.")
        for (stream, progress) in workers { sample(["stream": stream], progress.descriptors) }
        begin("inpaintd_rtsp_clients", .gauge, "RTSP clients that are connected to a stream.")
        for (stream, progress) in workers {
            if let clients = progress.rtspClients { sample(["stream": stream], clients) }
        }
    }

    fileprivate mutating func writeDaemon(_ daemon: DaemonFigures) {
        begin("inpaintd_build_info", .gauge, "Always 1; the version is a label.")
        sample(["version": daemon.version], 1)
        begin("process_start_time_seconds", .gauge, "When the daemon was started.")
        sample([:], daemon.started)
        begin("process_cpu_seconds_total", .counter, "Processor time of the daemon without its workers.")
        sample([:], daemon.processorTime)
        begin("process_resident_memory_bytes", .gauge, "Memory that the daemon has in use without its workers.")
        sample([:], daemon.residentMemory)
        begin("process_threads", .gauge, "Threads of the daemon without its workers.")
        sample([:], daemon.threads)
        begin("process_open_fds", .gauge, "Open descriptors of the daemon without its workers.")
        sample([:], daemon.descriptors)
    }
}
