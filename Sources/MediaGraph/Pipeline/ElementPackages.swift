/// Which Debian package holds an element, for the elements that the shipped pipelines name.
///
/// An element missing from here is taken for a word that is not an element at all; one that is here is real, and only
/// not installed.
public enum ElementPackages {
    /// The package of an element; nil for an element the shipped pipelines do not use.
    public static func package(of element: String) -> String? {
        packages.first { $0.elements.contains(element) }?.name
    }

    private static let packages: [(name: String, elements: Set<String>)] = [
        (
            "libgstreamer1.0-0",
            ["capsfilter", "fdsink", "fdsrc", "filesink", "filesrc", "identity", "queue", "tee"]
        ),
        (
            "gstreamer1.0-plugins-base",
            [
                "audioconvert", "audioresample", "compositor", "decodebin", "parsebin", "uridecodebin", "videoconvert",
                "videorate", "videoscale", "videotestsrc",
            ]
        ),
        (
            "gstreamer1.0-plugins-good",
            [
                "ac3parse", "aacparse", "alpha", "imagefreeze", "matroskamux", "mp4mux", "mpegaudioparse", "rtph264pay",
                "rtph264depay", "rtpjitterbuffer", "rtpmp4adepay", "rtpmp4gdepay", "rtpmpadepay", "rtpopusdepay",
                "rtppcmadepay", "rtppcmudepay", "rtspsrc", "souphttpsrc", "splitmuxsink", "udpsink", "udpsrc",
                "v4l2src",
            ]
        ),
        (
            "gstreamer1.0-plugins-bad",
            [
                "h264parse", "h265parse", "hlsdemux", "hlssink", "hlssink2", "mpegtsmux", "opusparse", "sdpdemux",
                "shmsink", "shmsrc", "srtsink", "srtsrc", "tsdemux", "tsparse", "videoparse",
            ]
        ),
        ("gstreamer1.0-rtsp", ["rtspclientsink"]),
        ("gstreamer1.0-plugins-ugly", ["x264enc"]),
        ("gstreamer1.0-libav", ["avdec_h264", "avenc_aac"]),
    ]
}
