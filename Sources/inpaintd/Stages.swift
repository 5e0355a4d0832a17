internal import InpaintElement
internal import MediaGraph

/// The elements this program brings along.
enum Stages {
    /// Starts GStreamer and makes the program's own elements known to it.
    static func register() throws {
        try GStreamer.initialize()
        try registerInpaintElement()
        try registerRTSPServerSink()
    }
}
