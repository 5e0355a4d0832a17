internal import Daemon
internal import Inpainting

/// Streams as people read them.
enum StreamTable {
    /// A line a stream, in columns.
    static func list(_ streams: [StreamDocument]) -> String {
        let head = ["NAME", "STATE", "SINCE", "RESTARTS", "IN", "OUT", "REPAIRED", "LATE", "LAST FAULT"]
        let rows = streams.map { stream in
            [
                stream.name.oneLine, stream.state.rawValue, time(stream.since),
                "\(stream.restarts.values.reduce(0, +))", "\(stream.total("frames-in"))",
                "\(stream.total("frames-out"))", "\(stream.total("frames-repaired"))",
                "\(stream.total("frames-late"))", stream.lastFault.map(text) ?? "",
            ]
        }
        return columns([head] + rows)
    }

    /// What a stream does now.
    static func line(_ stream: StreamDocument) -> String {
        "\(stream.name.oneLine) is \(stream.state.rawValue)"
    }

    /// All about one stream.
    static func show(_ stream: StreamDocument) -> String {
        var rows = [["state", "\(stream.state.rawValue) for \(time(stream.since))"]]
        if let isLive = stream.isLive { rows.append(["source", isLive ? "live" : "a file"]) }
        if stream.isSourceLost == true { rows.append(["", "away; the output shows what on-loss says"]) }
        if let next = stream.nextAttempt { rows.append(["next start", "in \(time(next))"]) }
        if let fault = stream.lastFault { rows.append(["last fault", text(of: fault)]) }
        let restarts = stream.restarts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        if !restarts.isEmpty {
            rows.append(["restarts", restarts.map { "\($0.value) \($0.key.oneLine)" }.joined(separator: ", ")])
        }
        if let worker = stream.worker {
            var words = ["process \(worker.process)"]
            if let memory = worker.residentMemory { words.append("\(memory >> 20) MiB") }
            if let threads = worker.threads { words.append("\(threads) threads") }
            if let descriptors = worker.descriptors { words.append("\(descriptors) descriptors") }
            rows.append(["worker", words.joined(separator: ", ")])
        }
        for stage in stream.stages { rows += self.rows(of: stage) }
        return stream.name.oneLine + "\n" + columns(rows.map { ["  " + $0[0], $0[1]] })
    }

    private static func rows(of stage: StreamDocument.Stage) -> [[String]] {
        var rows = [["stage", stage.element.oneLine]]
        if let width = stage.width, let height = stage.height { rows.append(["  picture", "\(width)x\(height)"]) }
        if let age = stage.sinceLastFrame { rows.append(["  last frame", "\(milliseconds(age)) ago"]) }
        if let queued = stage.queued, let held = stage.held {
            rows.append(["  frames", "\(queued) waiting, \(held) held"])
        }
        for (name, times) in [("  latency", stage.latency), ("  inference", stage.inference)] {
            guard let mean = times.mean else { continue }
            let bound = times.p99.map { ", 99 of 100 within \(milliseconds($0))" } ?? ""
            rows.append([name, "\(milliseconds(mean)) on average\(bound)"])
        }
        let counters = stage.counters.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        return rows + counters.map { ["  " + $0.key.oneLine, "\($0.value)"] }
    }

    private static func text(of fault: StreamFault) -> String {
        "\(fault.reason.rawValue): \(fault.detail.oneLine)"
    }

    /// In the two greatest units that it has. Units: seconds.
    private static func time(_ seconds: Double) -> String {
        let whole = Int(seconds)
        return switch whole {
        case ..<60: "\(whole) s"
        case ..<3600: "\(whole / 60) min \(whole % 60) s"
        case ..<86400: "\(whole / 3600) h \(whole / 60 % 60) min"
        default: "\(whole / 86400) d \(whole / 3600 % 24) h"
        }
    }

    /// Units: seconds.
    private static func milliseconds(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10000).rounded())
        return tenths < 1000 ? "\(tenths / 10).\(tenths % 10) ms" : "\(tenths / 10) ms"
    }

    /// Every column as wide as its widest cell; the last one without blanks behind it.
    private static func columns(_ rows: [[String]]) -> String {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                column == row.count - 1
                    ? row[column]
                    : row[column] + String(repeating: " ", count: widths[column] + 2 - row[column].count)
            }.joined()
        }.joined(separator: "\n")
    }
}
