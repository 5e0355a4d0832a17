import MediaGraph
import Testing

@Suite struct RTSPServerAddressTests {
    @Test(
        "an address gives its server and path, and never a password",
        arguments: [
            ("rtsp://192.0.2.10/stream1", "192.0.2.10:554", "/stream1", false),
            ("rtsps://camera.local", "camera.local:322", "", false),
            ("rtspt://u:secret@camera.local:8554/a/b?token=secret", "camera.local:8554", "/a/b", true),
            ("rtsp://u:se:c@ret@camera.local:8554/a", "camera.local:8554", "/a", true),
            ("rtsp://u:@camera.local/a@b", "camera.local:554", "/a@b", true),
            ("rtsp://u@[2001:db8::1]:8554/a#b", "[2001:db8::1]:8554", "/a", true),
            ("rtsp://[2001:db8::1]/", "[2001:db8::1]:554", "/", false),
            // A password with a / that was not escaped: what follows the colon is no port.
            ("rtsp://u:secret/word@camera.local/a", "u:554", "/word@camera.local/a", false),
        ])
    func parts(text: String, name: String, path: String, hasUser: Bool) {
        let address = RTSPServerAddress(text)
        #expect(address?.name == name)
        #expect(address?.path == path)
        #expect(address?.hasUser == hasUser)
    }

    @Test(
        "what is no address gives none", arguments: ["", "camera", "rtsp:/x", "rtsp://", "rtsp:///a", "rtsp://u:p@/a"])
    func none(text: String) {
        #expect(RTSPServerAddress(text) == nil)
    }
}
