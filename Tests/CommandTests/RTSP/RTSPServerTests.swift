import ControlFixtures
import Foundation
import Testing

/// The RTSP server at the end of a pipeline, as players see it.
@Suite("rtspserversink", .serialized, .timeLimit(.minutes(2)))
struct RTSPServerTests {
    @Test("ffmpeg plays it: a key frame first, every frame decodes, times rise", arguments: Player.Transport.allCases)
    func ffmpeg(transport: Player.Transport) throws {
        let server = try RTSPServerProgram()
        let outcome = try Player.frames(20, of: server.address, transport)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.column(0).first == 1)
        // What comes before the first report of the server's clock may have no time yet.
        let times = outcome.column(1).compactMap { $0 }
        #expect(times.count >= 18 && zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "\(outcome.output)")
        try server.waitUntilAlone()
        #expect(try server.end().status == 0)
    }

    @Test("GStreamer plays it", arguments: Player.Transport.allCases)
    func gstreamer(transport: Player.Transport) throws {
        let server = try RTSPServerProgram()
        let outcome = try Child(
            [
                "gst-launch-1.0", "-v", "rtspsrc", "location=\(server.address)", "protocols=\(transport.rawValue)", "!",
                "rtph264depay", "!", "h264parse", "!", "avdec_h264", "!", "identity", "silent=false", "eos-after=20",
                "!", "fakesink",
            ]
        ).finish()
        let times = outcome.text.matches(of: /identity0:sink\) \([0-9]+ bytes, dts: [^,]*, pts: ([0-9:.]+)/).map {
            String($0.1)
        }
        #expect(outcome.status == 0 && times.count >= 19, "\(outcome.errors)")
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "\(times)")
        try server.waitUntilAlone()
        #expect(try server.end().status == 0)
    }

    @Test("who comes late begins with a key frame that was asked for, and the others notice nothing")
    func late() throws {
        let server = try RTSPServerProgram()
        let early = try Player.endless(server.address)
        try early.wait(forFrames: 60)
        for transport in Player.Transport.allCases {
            let outcome = try Player.frames(8, of: server.address, transport)
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            #expect(outcome.column(0).first == 1)
            let keys = outcome.column(0).filter { $0 == 1 }
            #expect(keys.count == 1, "one was asked for: \(outcome.output)")
        }
        try early.wait(forFrames: early.frames + 25)
        early.kill(SIGKILL)
        #expect(try early.finish().errors.isEmpty)
        #expect(try server.end().status == 0)
    }

    @Test("user and password are asked for, by digest")
    func authentication() throws {
        let server = try RTSPServerProgram(sink: "user=viewer password=open-sesame")
        func address(_ login: String) -> String { "rtsp://\(login)127.0.0.1:\(server.port)/live" }
        for login in ["", "viewer:wrong@", "nobody:open-sesame@"] {
            let outcome = try Player.frames(1, of: address(login))
            #expect(outcome.status != 0 && outcome.errors.contains("401"), "\(login): \(outcome.errors)")
        }
        let outcome = try Player.frames(3, of: address("viewer:open-sesame@"))
        #expect(outcome.status == 0 && outcome.column(0).count >= 2, "\(outcome.errors)")
        let answers = try RTSPCaller(port: server.port).ask("DESCRIBE rtsp://127.0.0.1:\(server.port)/live")
        #expect(answers.contains("WWW-Authenticate: Digest realm=\"inpaintd\""), "\(answers)")
        #expect(!answers.contains("Basic"))
        #expect(try server.end().status == 0)
    }

    @Test("a path where nothing is, is told so; more clients than are allowed, too")
    func refused() throws {
        let server = try RTSPServerProgram(sink: "max-clients=1 mount=/yard protocols=tcp")
        let address = "rtsp://127.0.0.1:\(server.port)/yard"
        #expect(try Player.frames(1, of: server.address).errors.contains("404"))
        let udp = try Player.frames(1, of: address, .udp)
        #expect(udp.status != 0 && udp.errors.contains("461"), "\(udp.errors)")
        try server.waitUntilAlone()
        let first = try Player.endless(address)
        try first.wait(forFrames: 5)
        let second = try Player.frames(1, of: address)
        #expect(second.status != 0 && second.errors.contains("503"), "\(second.errors)")
        first.kill(SIGKILL)
        _ = try first.finish()
        try server.waitUntilAlone()
        #expect(try Player.frames(2, of: address).status == 0)
        #expect(try server.end().status == 0)
    }

    @Test("a port that is taken is a clear error, and two mounts of one pipeline share theirs")
    func ports() throws {
        let port = try freePort()
        let live = RTSPServerProgram.live
        let text =
            "\(live) ! rtspserversink address=127.0.0.1 port=\(port) mount=/a"
            + " \(live) ! rtspserversink address=127.0.0.1 port=\(port) mount=/b"
        let both = try Program(["run", "-v", "--launch", text])
        try both.wait(for: "inpaintd: playing")
        for mount in ["a", "b"] {
            let outcome = try Player.frames(2, of: "rtsp://127.0.0.1:\(port)/\(mount)")
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        }
        let other = try Program.run(
            "run", "--launch", "\(live) ! rtspserversink name=out address=127.0.0.1 port=\(port)")
        #expect(other.status == 73, "\(other.errors)")
        #expect(other.lastLine.contains("127.0.0.1:\(port)") && other.lastLine.contains("Address already in use"))
        both.send(SIGTERM)
        #expect(try both.finish().status == 0)
    }

    @Test(
        "what cannot be used is refused with 64",
        arguments: ["protocols=tcp,udp", "protocols=multicast", "address=camera.local", "port=0"])
    func settings(property: String) throws {
        let outcome = try Program.run("run", "--launch", "\(RTSPServerProgram.live) ! rtspserversink \(property)")
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.lastLine.contains(property.prefix { $0 != "=" }), "\(outcome.lastLine)")
    }

    @Test("the shipped pipeline plays a film in real time, with its sound")
    func film() throws {
        try withFolder { folder in
            let film = "\(folder)/film.mp4"
            let text =
                "videotestsrc num-buffers=200 pattern=ball ! video/x-raw,width=96,height=64,framerate=25/1"
                + " ! x264enc speed-preset=ultrafast ! h264parse ! mp4mux name=mux ! filesink location=${o}"
                + " audiotestsrc num-buffers=400 samplesperbuffer=960 ! audio/x-raw,rate=48000,channels=1"
                + " ! audioconvert ! avenc_aac ! aacparse ! mux."
            #expect(try Program.run("run", "-q", "--launch", text, "o=\(film)").status == 0)
            let port = try freePort()
            let server = try Program([
                "run", "-v", "\(pipelines)/rtsp-server.pipeline", "input=\(film)", "mask=rect:20,20,8,8",
                "weights=\(WorkerProgram.weights)", "port=\(port)", "address=127.0.0.1",
            ])
            try server.wait(for: "goes through")
            try eventually("the port to be open") { (try? RTSPCaller(port: port)) != nil }
            let player = try Child([
                "ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-read_intervals", "%+2", "-show_entries",
                "packet=codec_type,pts_time:stream=codec_name", "-of", "csv=p=0", "rtsp://127.0.0.1:\(port)/live",
            ]).finish()
            #expect(player.status == 0 && player.errors.isEmpty, "\(player.errors)")
            for kind in ["video", "audio"] {
                let times = player.text.split(separator: "\n").filter { $0.hasPrefix(kind) }
                    .compactMap { Double($0.split(separator: ",").last ?? "") }
                #expect(times.count > 20 && times == times.sorted(), "\(kind): \(player.text)")
                #expect(times.first.map { $0 < 1.5 } == true, "\(kind) begins with the rest")
            }
            #expect(player.text.contains("h264") && player.text.contains("aac"))
            server.send(SIGTERM)
            #expect(try server.finish().status == 0)
        }
    }
}
