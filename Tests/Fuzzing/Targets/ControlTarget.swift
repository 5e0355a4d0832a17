@testable internal import Daemon

extension FuzzTarget {
    /// What a caller of the control socket sends: a request line's method and target, and a body.
    static let control = FuzzTarget(name: "control") { bytes in
        let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        readRoute(line)
        readBody(bytes)
        readBody(Array(bytes.drop { $0 != UInt8(ascii: "\n") }))
        let percent = PercentCoding.encode(line)
        expect(PercentCoding.decode(percent) == line, "\(percent) is \(line)")
        if let address = LoopbackAddress(line) {
            expect(LoopbackAddress(address.description) == address, "\(address) is itself")
            expect(
                ["::1", "localhost"].contains(address.host) || address.host.hasPrefix("127."),
                "\(address) is of this machine")
        }
    }

    private static func readRoute(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else { return }
        do {
            let route = try ControlRoute(method: words[0], target: words[1])
            let again = try ControlRoute(method: route.method, target: route.target)
            expect(route == again, "\(route) is asked for as \(route.target), which is \(again)")
        } catch {
            expect([404, 405].contains(error.status), "\(error) says that there is no such path or method")
            expect((error.status == 405) == !error.allowed.isEmpty, "the methods are told with 405")
        }
    }

    private static func readBody(_ bytes: [UInt8]) {
        do {
            let request = try StreamRequest(json: bytes)
            let access = DaemonConfiguration.Control(socket: "/dev/null", roots: ["/dev/shm"])
            let stream = try request.configuration(named: "s", by: access)
            expect(isInRoot(stream), "a stream of a caller names files in the roots alone: \(stream)")
        } catch {
            expect(error.message.isOneLine, "\"\(error.message)\" is one line")
            expect([.badRequest, .refused].contains(error.code), "\(error) says what is wrong with the request")
        }
        do {
            let value = try JSONText.string(bytes)
            expect(try JSONText.string(JSONText.encode(value)) == value, "\(value) is written as itself")
        } catch {
            expect(error.code == .badRequest, "\(error) says what is wrong with the request")
        }
    }

    private static func isInRoot(_ stream: StreamConfiguration) -> Bool {
        guard case .file(let path) = stream.source else { return false }
        return [path, stream.slate ?? path].allSatisfy {
            $0.utf8.starts(with: "/dev/shm/".utf8) && !$0.contains("/../")
        }
    }
}
