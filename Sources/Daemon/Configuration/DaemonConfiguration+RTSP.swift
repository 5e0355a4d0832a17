internal import Yams

extension DaemonConfiguration {
    /// How streams are served to RTSP clients, all on one port.
    public struct RTSP: Hashable, Sendable {
        /// As `ListenAddress` reads it.
        public var listen: String
        public var access: RTSPAccess

        public init(listen: String, access: RTSPAccess = RTSPAccess()) {
            self.listen = listen
            self.access = access
        }
    }
}

/// Who may watch a stream by RTSP.
public struct RTSPAccess: Codable, Hashable, Sendable {
    public struct Login: Codable, Hashable, Sendable {
        public var user: String
        public var password: String

        public init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    /// What clients have to give; nil lets everybody in.
    public var login: Login?

    public init(login: Login? = nil) {
        self.login = login
    }
}

extension StreamConfiguration {
    /// The stream as it is where the daemon serves RTSP so, or not at all.
    func served(by rtsp: DaemonConfiguration.RTSP?) -> StreamConfiguration {
        var stream = self
        let old = stream.rtsp?.login?.password
        stream.secrets.removeAll { $0 == old }
        stream.rtsp = rtsp?.access
        if let password = rtsp?.access.login?.password { stream.secrets.append(password) }
        return stream
    }
}

extension ConfigurationReader {
    /// Nil where no address is given: then RTSP is not served.
    func rtsp(_ entry: ConfigurationEntry?) -> DaemonConfiguration.RTSP? {
        let section: ConfigurationSection<RTSPKey> = section(entry?.node, at: ["rtsp"])
        let (user, password) = (login(section[.user]), login(section[.password]))
        if let lone = section[.user] ?? section[.password], section[.user] == nil || section[.password] == nil {
            refuse(lone.place, "\(lone.key) stands alone, expected both user and password, or neither")
        }
        guard let entry = section[.listen] else {
            if section.isMapping, let stray = section[.user] ?? section[.password] ?? entry {
                refuse(stray.place, "rtsp has no listen, expected \(ListenAddress.expected)")
            }
            return nil
        }
        guard let text = text(entry, expecting: ListenAddress.expected) else { return nil }
        guard let address = ListenAddress(text.value) else {
            refuse(entry.place, "\(entry.key) is \(text.shown), expected \(ListenAddress.expected)")
            return nil
        }
        guard let user, let password else { return DaemonConfiguration.RTSP(listen: address.description) }
        return DaemonConfiguration.RTSP(
            listen: address.description, access: RTSPAccess(login: .init(user: user, password: password)))
    }

    private func login(_ entry: ConfigurationEntry?) -> String? {
        guard let entry, let text = text(entry, expecting: "text") else { return nil }
        // A digest has its parts between colons and quotes.
        guard !text.value.isEmpty, !text.value.contains(where: { $0 == "\"" || $0 == ":" && entry.key == "user" })
        else {
            refuse(entry.place, "\(entry.key) is empty or holds a quote or a colon, expected other text")
            return nil
        }
        return text.value
    }
}
