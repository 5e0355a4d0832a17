import Foundation
import Testing

/// The pipelines that begin at an RTSP camera, played against a server.
@Suite("RTSP pipelines", .timeLimit(.minutes(10)))
struct RTSPPipelineTests {
    private static let login = "viewer:open-sesame"

    @Test(
        "RTSP becomes RTP, over TCP and UDP, with the login in knobs and in the address",
        arguments: [("tcp", true), ("tcp", false), ("udp", true), ("udp", false)])
    func rtp(protocols: String, loginInKnobs: Bool) throws {
        try withFolder { folder in
            let server = try RTSPServer(in: folder, login: Self.login)
            let port = try freePortPair()
            let (sdp, output) = ("\(folder)/out.sdp", "\(folder)/out.mkv")
            try Data(description(port).utf8).write(to: URL(filePath: sdp))
            let receiver = try Peer.ffmpeg(
                "-protocol_whitelist", "file,udp,rtp", "-i", sdp, "-c", "copy", "-frames:v", "30", output)
            var knobs = ["protocols": protocols, "host": "127.0.0.1", "port": "\(port)"]
            if loginInKnobs {
                knobs.merge(["url": server.address("live"), "user": "viewer", "password": "open-sesame"]) { $1 }
            } else {
                knobs["url"] = server.address("live", login: Self.login + "@")
            }
            let program = try play("rtsp", knobs)
            #expect(try receiver.finish().status == 0)
            let outcome = try program.drain()
            #expect(outcome.isComplete, "\(outcome.errors)")
            #expect(try PlayedFile(output).frames == 30)
            server.stop()
        }
    }

    @Test("a wrong password is an error that names the camera, and no frame")
    func wrongPassword() throws {
        try withFolder { folder in
            let server = try RTSPServer(in: folder, login: Self.login)
            let outcome = try play(
                "rtsp", ["url": server.address("live"), "user": "viewer", "password": "wrong"]
            ).finish()
            #expect(outcome.exited && outcome.status == 66, "\(outcome.errors)")
            #expect(!outcome.errors.contains("wrong"), "\(outcome.errors)")
        }
    }

    @Test("RTSP is pushed to a server with its sound", arguments: [("live", "push"), ("silent", "push-silent")])
    func push(source: String, target: String) throws {
        try withFolder { folder in
            let server = try RTSPServer(in: folder, login: Self.login)
            let program = try play(
                "rtsp-to-rtsp",
                [
                    "url": server.address(source), "user": "viewer", "password": "open-sesame",
                    "to": server.address(target), "to-user": "viewer", "to-password": "open-sesame",
                ])
            try eventually("a recording on the server") { size(of: server.recording(target)) > 30_000 }
            let outcome = try program.drain()
            server.stop()
            #expect(outcome.isComplete, "\(outcome.errors)")
            let file = try PlayedFile(server.recording(target))
            // The server may cut the last frames off when the client leaves.
            #expect(file.frames > 20 && file.frames <= outcome.counter("frames-out") ?? 0)
            #expect((file.audio?.codecName == "aac") == (source == "live"))
            if source == "live" { #expect(file.soundFrames > 20) }
        }
    }

    @Test(
        "RTSP goes out over SRT, called and calling, in the clear and encrypted; sound is AAC there",
        arguments: [("live", "listener", ""), ("telephone", "caller", "0123456789abc")])
    func srt(source: String, mode: String, passphrase: String) throws {
        try withFolder { folder in
            let server = try RTSPServer(in: folder)
            let (port, output) = (try freePortPair(), "\(folder)/out.ts")
            let to = "srt://127.0.0.1:\(port)"
            let program = try play(
                "rtsp-to-srt",
                [
                    "url": server.address(source), "to": mode == "listener" ? "\(to)?mode=listener" : to,
                    "passphrase": passphrase,
                ])
            let other =
                (mode == "listener" ? "mode=caller" : "mode=listener")
                + (passphrase.isEmpty ? "" : "&passphrase=\(passphrase)")
            if mode == "listener" { try program.wait(for: "goes through") }
            let receiver = try Peer.ffmpeg("-i", "\(to)?\(other)", "-c", "copy", "-frames:v", "75", output)
            #expect(try receiver.finish().status == 0)
            let outcome = try program.drain()
            #expect(outcome.isComplete, "\(outcome.errors)")
            let file = try PlayedFile(output)
            // It may have come in the middle of a group of pictures.
            #expect(file.frames >= 25 && file.video?.codecName == "h264")
            #expect(file.audio?.codecName == "aac" && file.soundFrames > 20)
            server.stop()
        }
    }

    @Test("RTSP becomes HLS: a playlist with segments that play, and every frame in them")
    func hls() throws {
        try withFolder { folder in
            let server = try RTSPServer(in: folder)
            let knobs = ["url": server.address("live"), "folder": folder, "seconds": "1", "segments": "0", "keep": "0"]
            var segments: Set<String> = []
            for run in 1...2 {
                let program = try play("rtsp-to-hls", knobs)
                try eventually("two segments") { try names(in: folder, "ts").subtracting(segments).count > 2 }
                let outcome = try program.drain()
                #expect(outcome.isComplete, "\(outcome.errors)")
                let file = try PlayedFile("\(folder)/playlist.m3u8")
                #expect(file.frames == outcome.counter("frames-out") && file.soundFrames > 40, "run \(run)")
                // The second run leaves the first one's segments alone, for players that still have them to read.
                #expect(try names(in: folder, "ts").isSuperset(of: segments))
                segments = try names(in: folder, "ts")
            }
            server.stop()
        }
    }
}

/// H.264 over RTP to a port, as an SDP file says it.
func description(_ port: Int) -> String {
    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=video \(port) RTP/AVP 96\na=rtpmap:96 H264/90000\n"
}

/// The files of a folder that end in a word.
func names(in folder: String, _ ending: String) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".\(ending)") })
}
