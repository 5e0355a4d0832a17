internal import ArgumentParser
internal import FoundationEssentials

/// What a benchmark found out.
protocol BenchReport: Encodable {
    /// A short table.
    var text: String { get }
}

/// How a benchmark tells what it found out, on standard output.
struct BenchOutput: ParsableArguments {
    @Flag(help: "Write one JSON object.")
    var json = false

    func write(_ report: some BenchReport) throws {
        guard json else { return print(report.text) }
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
}
