@testable internal import Daemon

extension FuzzTarget {
    /// A configuration file, with a password in the environment.
    static let configuration = FuzzTarget(name: "configuration") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard !text.contains(marker) else { return }
        do throws(ConfigurationError) {
            let configuration = try read(text)
            let again = try read(text)
            expect(configuration == again, "the same text is the same configuration")
            let (added, removed, changed) = configuration.changes(from: again)
            expect((added + removed + changed).isEmpty, "a configuration does not differ from itself")
            expect(
                Set(configuration.streams.map(\.name)).count == configuration.streams.count, "no name is there twice")
            for stream in configuration.streams { check(stream) }
        } catch {
            for problem in error.problems {
                expect(problem.detail.isOneLine, "\"\(problem)\" is one line")
                expect(!problem.description.contains(marker), "\"\(problem)\" holds nothing of the environment")
                expect(
                    problem.place.hasPrefix("f.yaml") || problem.place.hasPrefix("INPAINTD_"),
                    "\(problem.place) is a place")
            }
        }
    }

    private static func read(_ text: String) throws(ConfigurationError) -> DaemonConfiguration {
        try DaemonConfiguration(
            yaml: text, name: "f.yaml", folder: "/etc/inpaintd",
            environment: ["PASSWORD": marker, "INPAINTD_DEFAULTS_RESTART": "never"])
    }

    private static func check(_ stream: StreamConfiguration) {
        expect(StreamConfiguration.isName(stream.name), "\(stream.name) is a stream's name")
        for time in [stream.startTimeout, stream.stallTimeout, stream.stopTimeout] {
            expect(.milliseconds(10) <= time && time <= .seconds(24 * 3600), "\(time) is 10ms to 24h")
        }
        let shown = SecretFilter(hiding: stream.secrets)
        for value in stream.knobs.values {
            expect(!shown(value).contains(marker), "\(shown(value)) shows nothing of the environment")
        }
    }
}
