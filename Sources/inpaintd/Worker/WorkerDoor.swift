internal import Daemon
internal import MediaGraph

/// Where the supervisor hands over the RTSP clients that ask for this worker's stream.
enum WorkerDoor {
    /// Where the supervisor left its socket for them.
    static let descriptor: Int32 = 4

    /// Begins to take clients, where the daemon serves any.
    ///
    /// Throws: `FrameError` where GStreamer cannot start.
    static func open(for stream: StreamConfiguration) throws {
        guard let access = stream.rtsp else { return }
        try RTSPConnections.open(name: stream.name, login: access.login.map { ($0.user, $0.password) })
        let receiver = DescriptorReceiver(descriptor: descriptor)
        let hasStarted = startThread {
            while let connection = receiver.receive() { RTSPConnections.take(connection) }
        }
        precondition(hasStarted, "a thread to take clients can be started")
    }
}
