internal import CGStreamer

/// The server that an RTSP source asks, without user and password.
package struct RTSPServerAddress: Hashable {
    package let host: String
    package let port: Int
    /// The path of the stream, without its query, which may hold a token.
    package let path: String
    /// Whether the source says who it is.
    package let hasUser: Bool

    /// Nil for an element that is no RTSP source, or has no address.
    init?(of element: ObjectHandle) {
        guard element.isA(gst_element_get_type()), element.factoryName == "rtspsrc",
            let location = element.string(of: "location")
        else { return nil }
        self.init(location, hasUser: !(element.string(of: "user-id") ?? "").isEmpty)
    }

    /// Reads an address: `rtsp://user:password@host:port/path?query`.
    package init?(_ text: String, hasUser: Bool = false) {
        guard let scheme = text.firstRange(of: "://") else { return nil }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let place: Substring
        if let at = authority.lastIndex(of: "@") {
            place = authority[authority.index(after: at)...]
            self.hasUser = true
        } else {
            place = authority
            self.hasUser = hasUser
        }
        let bracket = place.first == "[" ? place.firstIndex(of: "]") : nil
        let colon = place[(bracket ?? place.startIndex)...].firstIndex(of: ":")
        host = String(place[..<(colon ?? place.endIndex)])
        let usualPort = text.hasPrefix("rtsps") ? 322 : 554
        // What is no number is no port, and may be a part of a password.
        port = colon.flatMap { Int(place[place.index(after: $0)...]) } ?? usualPort
        path = String(rest[authority.endIndex...].prefix { !"?#".contains($0) })
        guard !host.isEmpty else { return nil }
    }

    package var name: String { "\(host):\(port)" }
}
