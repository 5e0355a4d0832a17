internal import FoundationEssentials
internal import Frames

/// A stream as a caller describes it, in the words of the configuration file; times are seconds, memory is bytes.
struct StreamRequest: Decodable {
    private enum Key: String, CodingKey, CaseIterable {
        case pipeline
        case text
        case knobs
        case autostart
        case restart
        case onLoss = "on-loss"
        case slate
        case earlierOutput = "earlier-output"
        case startTimeout = "start-timeout"
        case stallTimeout = "stall-timeout"
        case memoryLimit = "memory-limit"
        case stopTimeout = "stop-timeout"
        case restartDelays = "restart-delays"
        case recovery
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private let pipeline: String?
    private let text: String?
    /// A stream without a name and a source.
    private let stream: StreamConfiguration

    /// Throws: `ControlError` where it is no JSON, or not of this shape.
    init(json bytes: [UInt8]) throws(ControlError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch let error as ControlError {
            throw error
        } catch let error as DecodingError {
            throw ControlError(.badRequest, Self.message(of: error))
        } catch {
            throw ControlError(.badRequest, "the body is no JSON")
        }
    }

    init(from decoder: any Decoder) throws {
        let known = Key.allCases.map(\.rawValue)
        for key in try decoder.container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            let guess = nearest(to: key.stringValue, among: known).map { ", did you mean \"\($0)\"?" }
            throw ControlError(
                .badRequest,
                "unknown key \(key.stringValue.quoted)"
                    + (guess ?? ", expected some of \(known.joined(separator: ", "))"))
        }
        let values = try decoder.container(keyedBy: Key.self)
        pipeline = try values.decodeIfPresent(String.self, forKey: .pipeline)
        text = try values.decodeIfPresent(String.self, forKey: .text)
        var stream = StreamConfiguration(name: "", source: .text(""))
        stream.knobs = try values.decodeIfPresent([String: String].self, forKey: .knobs) ?? stream.knobs
        stream.autostart = try values.decodeIfPresent(Bool.self, forKey: .autostart) ?? stream.autostart
        stream.restart = try Self.choice(values, .restart) ?? stream.restart
        stream.onLoss = try Self.choice(values, .onLoss) ?? stream.onLoss
        stream.slate = try values.decodeIfPresent(String.self, forKey: .slate)
        stream.earlierOutput = try Self.choice(values, .earlierOutput) ?? stream.earlierOutput
        stream.startTimeout = try Self.time(values, .startTimeout) ?? stream.startTimeout
        stream.stallTimeout = try Self.time(values, .stallTimeout) ?? stream.stallTimeout
        stream.memoryLimit = try Self.memory(values, .memoryLimit) ?? stream.memoryLimit
        stream.stopTimeout = try Self.time(values, .stopTimeout) ?? stream.stopTimeout
        stream.restartDelays = try Self.times(values, .restartDelays, count: 3) ?? stream.restartDelays
        stream.recovery = try Self.time(values, .recovery) ?? stream.recovery
        self.stream = stream
    }

    /// The stream, where all of it is allowed. No message holds a knob's value.
    func configuration(
        named name: String, by access: DaemonConfiguration.Control
    ) throws(ControlError) -> StreamConfiguration {
        guard StreamConfiguration.isName(name) else {
            throw ControlError(.badRequest, "a stream's name is \(StreamConfiguration.nameRule)")
        }
        let roots = FileRoots(access.roots)
        var stream = stream
        stream.name = name
        stream.folder = roots.workingFolder ?? FileRoots.nowhere
        stream.caller = CallerRule(elements: access.elements, roots: access.roots)
        stream.source = try source(allowsText: access.allowsText, roots: roots)
        for (knob, value) in stream.knobs.sorted(by: { $0.key < $1.key }) where !roots.allow(value: value) {
            throw ControlError(.refused, "knob \"\(knob)\" names a file outside of the folders in control.roots")
        }
        stream.secrets = stream.knobs.sorted { $0.key < $1.key }.flatMap { name, value in
            SecretFilter.isSecret(name: name) ? [value] : SecretFilter.secrets(in: value)
        }
        if case .text(let text) = stream.source { stream.secrets += SecretFilter.secrets(in: text) }
        if let slate = stream.slate {
            stream.slate = try Self.file(slate, in: roots)
        }
        return stream
    }

    private func source(allowsText: Bool, roots: FileRoots) throws(ControlError) -> StreamConfiguration.Source {
        switch (pipeline, text) {
        case (let path?, nil):
            return .file(try Self.file(path, in: roots))
        case (nil, let text?):
            guard allowsText else {
                throw ControlError(.refused, "pipeline text over the socket needs control.allow-text")
            }
            return .text(text)
        default:
            throw ControlError(.badRequest, "expected either \"pipeline\", a file, or \"text\"")
        }
    }

    private static func file(_ path: String, in roots: FileRoots) throws(ControlError) -> String {
        guard let real = roots.resolve(path) else {
            throw ControlError(.refused, "\(path.quoted) is not in one of the folders in control.roots")
        }
        return real
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ values: KeyedDecodingContainer<Key>, _ key: Key
    ) throws -> Choice? {
        guard let text = try values.decodeIfPresent(String.self, forKey: key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw ControlError(.badRequest, "\(key.rawValue) is \(text.quoted), expected one of \(choices)")
        }
        return choice
    }

    private static func time(_ values: KeyedDecodingContainer<Key>, _ key: Key) throws -> Duration? {
        try values.decodeIfPresent(Double.self, forKey: key).map { try time($0, key) }
    }

    private static func times(
        _ values: KeyedDecodingContainer<Key>, _ key: Key, count: Int
    ) throws -> [Duration]? {
        guard let list = try values.decodeIfPresent([Double].self, forKey: key) else { return nil }
        guard list.count == count else {
            throw ControlError(.badRequest, "\(key.rawValue) has \(list.count) entries, expected \(count)")
        }
        return try list.map { try time($0, key) }
    }

    private static func time(_ seconds: Double, _ key: Key) throws -> Duration {
        guard (0.01...86400).contains(seconds) else {
            throw ControlError(.badRequest, "\(key.rawValue) is \(seconds), expected 0.01 to 86400 seconds")
        }
        return .milliseconds(Int(seconds * 1000))
    }

    private static func memory(_ values: KeyedDecodingContainer<Key>, _ key: Key) throws -> Int? {
        guard let bytes = try values.decodeIfPresent(Int.self, forKey: key) else { return nil }
        let limits = StreamConfiguration.memoryLimits
        guard limits.contains(bytes) else {
            throw ControlError(
                .badRequest,
                "\(key.rawValue) is \(bytes), expected \(limits.lowerBound) to \(limits.upperBound) bytes")
        }
        return bytes
    }

    private static func message(of error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return "\(path.isEmpty ? "the body" : path) is of the wrong type"
        default:
            return "the body is no JSON"
        }
    }
}
