/// The beginning of a request, as far as it takes to know whom it is for. A pure value.
///
/// Source: RFC 2326, section 6; requests by HTTP (RTSP in a tunnel) begin in the same way.
package struct RTSPRequestHead: Hashable, Sendable {
    /// Units: bytes.
    package static let lineLimit = 2048
    package static let limit = 8192

    package let method: String
    package let target: String
    /// `RTSP/1.0` or the like.
    package let version: String
    /// The request's number, where that has come.
    package let number: String?
    /// How many bytes the head has, where all of it has come.
    package let length: Int?

    package enum Reading: Hashable, Sendable {
        case incomplete
        /// It is none, or longer than any should be.
        case invalid
        case head(RTSPRequestHead)
    }

    package static func read(_ bytes: [UInt8]) -> Reading {
        let newline = UInt8(ascii: "\n")
        guard let end = bytes.firstIndex(of: newline) else {
            return bytes.count > lineLimit || !isText(bytes[...]) ? .invalid : .incomplete
        }
        guard end <= lineLimit, isText(bytes[..<end]) else { return .invalid }
        let words = line(bytes[..<end]).split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, !words[0].isEmpty, !words[1].isEmpty,
            ["RTSP/1.0", "RTSP/1.1", "RTSP/2.0", "HTTP/1.0", "HTTP/1.1"].contains(words[2])
        else { return .invalid }
        var number: String?
        var start = end + 1
        while let end = bytes[start...].firstIndex(of: newline) {
            let line = line(bytes[start..<end])
            start = end + 1
            if line.isEmpty {
                return .head(
                    RTSPRequestHead(
                        method: words[0], target: words[1], version: words[2], number: number, length: start))
            }
            number = number ?? self.number(in: line)
        }
        return bytes.count > limit
            ? .invalid
            : .head(
                RTSPRequestHead(method: words[0], target: words[1], version: words[2], number: number, length: nil))
    }

    /// The stream that it asks for, the first part of its path; nil where it asks for none in particular.
    package var stream: String? {
        var path = Substring(target)
        if !path.hasPrefix("/"), let scheme = path.firstRange(of: "://") {
            guard let slash = path[scheme.upperBound...].firstIndex(of: "/") else { return nil }
            path = path[slash...]
        }
        guard path.hasPrefix("/") else { return nil }
        let part = path.dropFirst().prefix { $0 != "/" && $0 != "?" }
        return part.isEmpty ? nil : PercentCoding.decode(part)
    }

    /// An answer to it, after which the connection ends unless `more` is said.
    package func answer(_ status: String, fields: [String] = [], more: Bool = false) -> String {
        let number = number.map { ["CSeq: \($0)"] } ?? []
        let end = more ? [] : ["Connection: close"]
        return (["\(version) \(status)"] + number + fields + end).joined(separator: "\r\n") + "\r\n\r\n"
    }

    private static func line(_ bytes: ArraySlice<UInt8>) -> String {
        let rest = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
        return String(decoding: rest, as: UTF8.self)
    }

    private static func number(in line: String) -> String? {
        guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "cseq" else { return nil }
        let value = line[colon...].dropFirst().drop { $0 == " " }
        return (1...10).contains(value.count) && value.utf8.allSatisfy(\.isDigitByte) ? String(value) : nil
    }

    private static func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { (0x20..<0x7f).contains($0) || $0 == UInt8(ascii: "\r") }
    }
}
