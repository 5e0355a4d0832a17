import Daemon
import Testing

@Suite struct ConfigurationRTSPTests {
    @Test("without an address nothing is served")
    func none() throws {
        let configuration = try read("streams: {a: {text: x}}")
        #expect(configuration.rtsp == nil && configuration.streams[0].rtsp == nil)
    }

    @Test("address, user and password are read, and every stream has them")
    func everyKey() throws {
        let text = "rtsp: {listen: '[::]:8554', user: u, password: '${P}'}\nstreams: {a: {text: x}, b: {text: y}}"
        let configuration = try read(text, ["P": "sesame"])
        let access = RTSPAccess(login: .init(user: "u", password: "sesame"))
        #expect(configuration.rtsp == .init(listen: "[::]:8554", access: access))
        for stream in configuration.streams { #expect(stream.rtsp == access && stream.secrets == ["sesame"]) }
    }

    @Test("the environment counts more than the file")
    func environment() throws {
        let configuration = try read("streams: {}", ["INPAINTD_RTSP_LISTEN": "0.0.0.0:554"])
        #expect(configuration.rtsp == .init(listen: "0.0.0.0:554"))
    }

    @Test(
        "what cannot be used is told with its place",
        arguments: [
            ("{listen: 8554}", "c.yaml:1:16: listen is \"8554\", expected a numeric address"),
            ("{listen: 'camera:8554'}", "c.yaml:1:16: listen is \"camera:8554\", expected a numeric address"),
            ("{listen: '127.0.0.1:0'}", "c.yaml:1:16: listen is \"127.0.0.1:0\", expected a numeric address"),
            ("{listen: '1.2.3.4:1', user: u}", "c.yaml:1:35: user stands alone, expected both user and password"),
            ("{user: u, password: p}", "c.yaml:1:14: rtsp has no listen, expected a numeric address"),
            ("{}", "c.yaml:1:7: rtsp has no listen, expected a numeric address"),
            (
                "{listen: '1.2.3.4:1', user: 'a:b', password: p}",
                "c.yaml:1:35: user is empty or holds a quote or a colon"
            ),
            ("{listn: x}", "c.yaml:1:8: unknown key \"listn\": did you mean listen?"),
        ])
    func wrong(section: String, problem: String) {
        do throws(ConfigurationError) {
            _ = try read("rtsp: \(section)\nstreams: {}")
            Issue.record("it was read")
        } catch {
            #expect(error.problems.contains { $0.description.hasPrefix(problem) }, "\(error)")
        }
    }
}
