internal import CGStreamer

/// How a stream of some caps goes into RTP packets.
struct RTSPPayload: Equatable {
    /// What comes before the payloader, and the payloader with its properties, as pipeline text.
    let chain: String
    /// Whether decoding can only begin with a key frame.
    let hasKeyFrames: Bool

    /// Nil for caps that none of the known payloaders takes.
    init?(_ caps: UnsafeMutablePointer<GstCaps>) {
        for kind in Self.kinds {
            guard let wanted = gst_caps_from_string(kind.caps) else { continue }
            defer { gst_caps_unref(wanted) }
            guard gst_caps_can_intersect(wanted, caps) != 0 else { continue }
            chain = kind.parser.map { "\($0) ! \(kind.payloader)" } ?? kind.payloader
            hasKeyFrames = kind.hasKeyFrames
            return
        }
        return nil
    }

    private struct Kind {
        let caps: String
        var parser: String?
        let payloader: String
        var hasKeyFrames = false
    }

    /// Parameter sets go out with every key frame, for clients that read none in the SDP. The parser sees to that: a
    /// payloader would send them again where they are there.
    private static let kinds = [
        Kind(
            caps: "video/x-h264,alignment=au", parser: "h264parse config-interval=-1", payloader: "rtph264pay",
            hasKeyFrames: true),
        Kind(
            caps: "video/x-h265,alignment=au", parser: "h265parse config-interval=-1", payloader: "rtph265pay",
            hasKeyFrames: true),
        Kind(caps: "video/x-vp8", payloader: "rtpvp8pay", hasKeyFrames: true),
        Kind(caps: "video/x-vp9", payloader: "rtpvp9pay", hasKeyFrames: true),
        Kind(
            caps: "video/mpeg,mpegversion=4,systemstream=false", payloader: "rtpmp4vpay config-interval=1",
            hasKeyFrames: true),
        Kind(caps: "video/mpeg,mpegversion=[1,2],systemstream=false", payloader: "rtpmpvpay", hasKeyFrames: true),
        Kind(caps: "image/jpeg", payloader: "rtpjpegpay"),
        Kind(caps: "audio/mpeg,mpegversion=4,stream-format=raw", payloader: "rtpmp4gpay"),
        Kind(caps: "audio/mpeg,mpegversion=1", payloader: "rtpmpapay"),
        Kind(caps: "audio/x-opus", payloader: "rtpopuspay"),
        Kind(caps: "audio/x-ac3", payloader: "rtpac3pay"),
        Kind(caps: "audio/x-mulaw,rate=8000,channels=1", payloader: "rtppcmupay"),
        Kind(caps: "audio/x-alaw,rate=8000,channels=1", payloader: "rtppcmapay"),
        Kind(caps: "audio/G722,rate=16000,channels=1", payloader: "rtpg722pay"),
    ]

    /// Everything that a pad takes.
    static let caps = kinds.map(\.caps).joined(separator: "; ")
}
