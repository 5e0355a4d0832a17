@testable internal import Daemon

extension FuzzTarget {
    /// A line of secrets with `|` between them, and a text that is shown.
    static let secrets = FuzzTarget(name: "secrets") { bytes in
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        let text = String(decoding: lines.last ?? [], as: UTF8.self)
        guard !text.contains(marker) else { return }
        let values = String(decoding: lines.first ?? [], as: UTF8.self).split(separator: "|").map(String.init)
        let shown = SecretFilter(hiding: values)(text)
        for value in values where value.utf8.count > 3 && !value.contains("*") && value.utf8.allSatisfy({ $0 < 0x80 }) {
            expect(!Array(shown.utf8).contains(Array(value.utf8)), "\(shown) does not hold \(value)")
        }

        let filter = SecretFilter(hiding: [])
        for secret in [
            "rtsp://user:\(marker)@host/", " password=\(marker) ", " \"api-key\": \"\(marker)\"", "?token=\(marker)&",
            "\nAuthorization: Basic \(marker)\n", "user-pw=\"\(marker)\"", "srt%3A%2F%2Fu%3A\(marker)%40h",
        ] {
            for whole in [text + secret, secret + text, text + secret + text] {
                expect(!filter(whole).contains(marker), "\(filter(whole)) does not hold \(marker)")
            }
        }
    }
}
