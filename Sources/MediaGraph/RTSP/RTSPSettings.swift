internal import CGStreamer
internal import Frames

/// What is set on an `rtspserversink`.
struct RTSPSettings {
    static let standardPort = 8554
    private static let anyAddress = "0.0.0.0"

    /// A client's user and password, as the server asks for them.
    struct Login: Hashable, Sendable {
        var user: String
        var password: String
    }

    var mount: String?
    var address: String
    var port: Int
    var login: Login?
    var protocols: String
    var maxClients: Int
    var timeout: Int
    var sync: Bool

    init(_ values: [String: PropertyValue]) {
        func text(_ name: String) -> String? {
            guard case .string(let text)? = values[name], let text, !text.isEmpty else { return nil }
            return text
        }
        func number(_ name: String) -> Int {
            guard case .integer(let number)? = values[name] else { return 0 }
            return number
        }
        mount = text("mount")
        address = text("address") ?? Self.anyAddress
        port = number("port")
        let (user, password) = (text("user"), text("password"))
        login = user == nil && password == nil ? nil : Login(user: user ?? "", password: password ?? "")
        protocols = text("protocols") ?? "tcp+udp"
        maxClients = number("max-clients")
        timeout = number("timeout")
        sync = values["sync"] != .boolean(false)
    }

    /// What an element is set to.
    init(of element: ObjectHandle) {
        let texts = ["mount", "address", "user", "password", "protocols"].map {
            ($0, PropertyValue.string(element.string(of: $0)))
        }
        let numbers = ["port", "max-clients", "timeout"].map {
            ($0, PropertyValue.integer(element.integer(of: $0) ?? 0))
        }
        self.init(Dictionary(uniqueKeysWithValues: texts + numbers))
    }

    /// What cannot be said where the program hands over connections; nil where nothing was. They come in at its port,
    /// and it is said there who may watch.
    var problemAtProgramPort: FrameError? {
        let stray: String? =
            if login != nil { "user" } else if port > 0 { "port" } else if address != Self.anyAddress { "address" } else
            {
                nil
            }
        return stray.map {
            FrameError(
                .badSetting, subject: $0,
                detail: "is set, and port, address, user and password are the daemon's: expected none of them here")
        }
    }

    /// The transports of `protocols`, as `rtspsrc` spells them; nil for any other text.
    var transports: GstRTSPLowerTrans? {
        var transports: UInt32 = 0
        for name in protocols.split(separator: "+", omittingEmptySubsequences: false) {
            switch name {
            case "tcp": transports |= GST_RTSP_LOWER_TRANS_TCP.rawValue
            case "udp": transports |= GST_RTSP_LOWER_TRANS_UDP.rawValue
            default: return nil
            }
        }
        return GstRTSPLowerTrans(rawValue: transports)
    }

    static let properties = [
        ElementProperty(
            name: "mount", nick: "Mount", blurb: "Path at which clients find the stream; unset is /live",
            kind: .string(default: nil), access: .readWrite(.ready)),
        ElementProperty(
            name: "address", nick: "Address", blurb: "Numeric address of this machine to listen on",
            kind: .string(default: anyAddress), access: .readWrite(.ready)),
        ElementProperty(
            name: "port", nick: "Port",
            blurb:
                "TCP port to listen on; -1 is 8554, or none where the program hands over connections itself, 0 is none",
            kind: .integer(range: -1...65535, default: -1), access: .readWrite(.ready)),
        ElementProperty(
            name: "user", nick: "User", blurb: "User whom clients have to give (digest authentication)",
            kind: .string(default: nil), access: .readWrite(.ready)),
        ElementProperty(
            name: "password", nick: "Password", blurb: "Password that clients have to give with the user",
            kind: .string(default: nil), access: .readWrite(.ready)),
        ElementProperty(
            name: "protocols", nick: "Protocols", blurb: "Transports that clients may choose: tcp, udp or tcp+udp",
            kind: .string(default: "tcp+udp"), access: .readWrite(.ready)),
        ElementProperty(
            name: "max-clients", nick: "Most clients", blurb: "Clients that may play at a time",
            kind: .integer(range: 1...10000, default: 32), access: .readWrite(.ready)),
        ElementProperty(
            name: "timeout", nick: "Timeout",
            blurb:
                "Seconds after which a client is dropped that is not heard of (UDP: no request, no RTCP), or takes"
                + " nothing of what is sent (TCP)",
            kind: .integer(range: 2...3600, default: 60), access: .readWrite(.ready)),
        ElementProperty(
            name: "sync", nick: "Sync", blurb: "Send each frame at its time, as sinks do, and not as soon as it comes",
            kind: .boolean(default: true), access: .readWrite(.ready)),
        ElementProperty(
            name: "stats", nick: "Statistics", blurb: "Clients that are connected and clients that play",
            kind: .structure, access: .readOnly),
    ]

    static let defaults: [String: PropertyValue] = Dictionary(
        uniqueKeysWithValues: properties.compactMap { property in
            switch property.kind {
            case .string(let value): (property.name, .string(value))
            case .integer(_, let value): (property.name, .integer(value))
            case .real(_, let value): (property.name, .real(value))
            case .boolean(let value): (property.name, .boolean(value))
            case .choice(_, let value): (property.name, .choice(value))
            case .structure: nil
            }
        })
}
