internal import ArgumentParser
internal import Daemon
internal import Glibc
internal import MediaGraph

/// `inpaintd worker`: plays one stream for a supervisor, which says on a socket which one.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Play one stream for inpaintd serve, which starts this.", shouldDisplay: false)

    /// Where the supervisor left its socket.
    private static let descriptor: Int32 = 3

    func validate() throws {
        var kind: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(Self.descriptor, SOL_SOCKET, SO_TYPE, &kind, &size) == 0 else {
            throw ValidationError(
                "a worker is started by inpaintd serve, with a socket as descriptor \(Self.descriptor)")
        }
    }

    func run() throws {
        // A client's connection that was accepted in the moment of the start would stay open here.
        ThisProcess.closeDescriptors(above: WorkerDoor.descriptor)
        let status = Worker(channel: WorkerChannel(descriptor: Self.descriptor)).play()
        // After an error a thread may still be stuck in an element.
        guard status == .success else { throw status.exitCode }
        RTSPConnections.close()
        GStreamer.shutDown()
    }
}
