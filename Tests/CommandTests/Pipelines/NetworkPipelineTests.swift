import Foundation
import Testing

/// The pipelines between other programs: UDP, SRT, RTP with an SDP file, HLS, shared memory.
@Suite("Network pipelines", .timeLimit(.minutes(10)))
struct NetworkPipelineTests {
    @Test("MPEG-TS over UDP goes through with its sound, unicast and multicast", arguments: [false, true])
    func udp(isMulticast: Bool) throws {
        try withFolder { folder in
            let (from, to) = (try freePortPair(), try freePortPair())
            let output = "\(folder)/out.ts"
            let (source, target) = isMulticast ? ("239.255.77.1", "239.255.77.2") : ("127.0.0.1", "127.0.0.1")
            let local = isMulticast ? "&localaddr=127.0.0.1" : ""
            let program = try play(
                "udp-to-udp",
                [
                    "from": "udp://\(source):\(from)", "host": target, "port": "\(to)",
                ].merging(isMulticast ? ["from-interface": "lo", "interface": "lo"] : [:]) { $1 })
            let receiver = try Peer.ffmpeg(
                "-i", "udp://\(target):\(to)?timeout=45000000\(local)", "-c", "copy", "-frames:v", "75", output)
            let sender = try sendTransportStream(to: "udp://\(source):\(from)?pkt_size=1316&ttl=0\(local)")
            #expect(try receiver.finish().status == 0)
            let outcome = try program.drain()
            sender.stop()
            #expect(outcome.isComplete, "\(outcome.errors)")
            let file = try PlayedFile(output)
            #expect(file.frames >= 25 && file.video?.codecName == "h264")
            #expect(file.soundFrames > 40 && file.audio?.codecName == "aac")
        }
    }

    @Test("SRT goes to SRT, each side called or calling, with its own passphrase", arguments: [false, true])
    func srt(calls: Bool) throws {
        try withFolder { folder in
            let (from, to) = (try freePortPair(), try freePortPair())
            let output = "\(folder)/out.ts"
            let (own, other) = calls ? ("caller", "listener") : ("listener", "caller")
            let receiver = {
                try Peer.ffmpeg(
                    "-i", "srt://127.0.0.1:\(to)?mode=\(other)&passphrase=fedcba9876543", "-c", "copy", "-frames:v",
                    "75",
                    output)
            }
            let send = { try sendTransportStream(to: "srt://127.0.0.1:\(from)?mode=\(other)&passphrase=0123456789abc") }
            let knobs = [
                "from": "srt://127.0.0.1:\(from)?mode=\(own)", "to": "srt://127.0.0.1:\(to)?mode=\(own)",
                "passphrase": "0123456789abc", "to-passphrase": "fedcba9876543",
            ]
            // Who is called has to be there first.
            let early = calls ? [try receiver(), try send()] : []
            let program = try play("srt-to-srt", knobs)
            let sender: Peer
            let player: Peer
            if calls {
                (player, sender) = (early[0], early[1])
            } else {
                try program.wait(for: "inpaintd: playing")
                sender = try send()
                try program.wait(for: "goes through")
                player = try receiver()
            }
            #expect(try player.finish().status == 0)
            let outcome = try program.drain()
            sender.stop()
            #expect(outcome.isComplete, "\(outcome.errors)")
            let file = try PlayedFile(output)
            #expect(file.frames >= 25 && file.soundFrames > 40 && file.audio?.codecName == "aac")
        }
    }

    @Test("an SRT caller with a wrong passphrase gets nothing, and the next one is served")
    func wrongPassphrase() throws {
        try withFolder { folder in
            let (from, to) = (try freePortPair(), try freePortPair())
            let program = try play(
                "srt-to-srt",
                [
                    "from": "srt://127.0.0.1:\(from)?mode=listener", "to": "srt://127.0.0.1:\(to)?mode=listener",
                    "to-passphrase": "fedcba9876543",
                ])
            try program.wait(for: "inpaintd: playing")
            let sender = try sendTransportStream(to: "srt://127.0.0.1:\(from)?mode=caller")
            try program.wait(for: "goes through")
            let address = "srt://127.0.0.1:\(to)?mode=caller&passphrase="
            let wrong = try Peer.ffmpeg("-i", address + "wrong-passphrase", "-c", "copy", "\(folder)/wrong.ts").finish()
            #expect(wrong.status != 0)
            let right = try Peer.ffmpeg(
                "-i", address + "fedcba9876543", "-c", "copy", "-frames:v", "75", "\(folder)/right.ts")
            #expect(try right.finish().status == 0)
            #expect(try program.drain().isComplete)
            sender.stop()
            #expect(try PlayedFile("\(folder)/right.ts").frames >= 25)
        }
    }

    @Test("RTP that an SDP file describes is read by another program from shared memory, after a kill too")
    func sharedMemory() throws {
        try withFolder { folder in
            let port = try freePortPair()
            let (sdp, socket) = ("\(folder)/in.sdp", "\(folder)/pictures")
            try Data(description(port).utf8).write(to: URL(filePath: sdp))
            let sender = try sendRTP(to: port)
            let knobs = ["sdp": sdp, "socket": socket, "width": "192", "height": "108"]

            // One that is killed leaves its socket behind.
            let killed = try play("rtp-to-shm", knobs)
            try killed.wait(for: "inpaintd: playing")
            try eventually("the socket") { FileManager.default.fileExists(atPath: socket) }
            killed.send(SIGKILL)
            #expect(try !killed.finish().exited)
            #expect(FileManager.default.fileExists(atPath: socket))

            let program = try play("rtp-to-shm", knobs)
            try program.wait(for: "inpaintd: playing")
            let raw = "\(folder)/raw"
            let reader = try Peer([
                "gst-launch-1.0", "-q", "shmsrc", "socket-path=\(socket)", "is-live=true", "num-buffers=30", "!",
                "filesink", "location=\(raw)",
            ])
            #expect(try reader.finish().status == 0)
            let another = try play("rtp-to-shm", knobs).finish()
            #expect(another.status == 73 && another.errors.contains("another program listens on this socket"))
            let outcome = try program.drain()
            sender.stop()
            #expect(outcome.isComplete, "\(outcome.errors)")
            let bytes = try #require(FileManager.default.contents(atPath: raw))
            #expect(bytes.count == 30 * 192 * 108 * 3 / 2)
            #expect(Set(bytes.prefix(192 * 108)).count > 10, "a picture, and not one colour")
            #expect(!FileManager.default.fileExists(atPath: socket))
        }
    }

    @Test("sound that is announced and does not come holds the picture up for a while only; too late, it is left out")
    func lateSound() throws {
        try withFolder { folder in
            let (port, soundPort) = (try freePortPair(), try freePortPair())
            let (sdp, output) = ("\(folder)/in.sdp", "\(folder)/out.mkv")
            try Data((description(port) + "m=audio \(soundPort) RTP/AVP 0\n").utf8).write(to: URL(filePath: sdp))
            let program = try Program([
                "run", "-v", "--json", "--launch",
                "filesrc location=${sdp} ! sdpdemux name=in in. ! application/x-rtp,media=video ! queue ! decodebin"
                    + " ! videoconvert ! inpaint mask=rect:20,20,30,20 weights=${weights} ! videoconvert"
                    + " ! x264enc tune=zerolatency ! h264parse ! queue ! matroskamux name=mux"
                    + " ! filesink location=${output} buffer-mode=unbuffered"
                    + " [ in. ! application/x-rtp,media=audio ! rtppcmudepay ! queue ! mux. ]",
                "sdp=\(sdp)", "output=\(output)", "weights=\(WorkerProgram.weights)",
            ])
            try program.wait(for: "inpaintd: playing")
            let picture = try sendRTP(to: port)
            try eventually("a film without sound") { size(of: output) > 20_000 }
            let sound = try Peer.ffmpeg(
                "-re", "-f", "lavfi", "-i", "sine=1000:sample_rate=8000", "-c:a", "pcm_mulaw", "-f", "rtp",
                "rtp://127.0.0.1:\(soundPort)")
            try program.wait(for: "it is left out until the pipeline starts again")
            let outcome = try program.drain()
            picture.stop()
            sound.stop()
            #expect(outcome.isComplete, "\(outcome.errors)")
            let file = try PlayedFile(output)
            #expect(file.frames == outcome.counter("frames-out") && file.audio == nil)
        }
    }

    @Test("HLS comes out as MPEG-TS on standard output, from a web server and from a folder", arguments: [false, true])
    func hls(isServed: Bool) throws {
        try withFolder { folder in
            try Peer.run([
                "ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=192x108:rate=25", "-f", "lavfi",
                "-i",
                "sine=1000:sample_rate=48000", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac",
                "-t",
                "4", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0", "\(folder)/in.m3u8",
            ])
            var address = "file://\(folder)/in.m3u8"
            var server: Peer?
            if isServed {
                let peer = try Peer(["python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"], folder: folder)
                // "Serving HTTP on 127.0.0.1 port 40000 (…) ..."
                let words = try peer.firstLine().split(separator: " ")
                let place = try #require(words.firstIndex(of: "port"))
                address = "http://127.0.0.1:\(words[place + 1])/in.m3u8"
                server = peer
            }
            let outcome = try play("hls-to-stdout", ["url": address, "speed": "ultrafast"]).finish()
            server?.stop()
            #expect(outcome.isComplete && outcome.counter("frames-in") == 100, "\(outcome.errors)")
            try outcome.output.write(to: URL(filePath: "\(folder)/out.ts"))
            let file = try PlayedFile("\(folder)/out.ts")
            #expect(file.frames == 100 && file.audio?.codecName == "aac" && file.soundFrames > 180)
        }
    }

    private func sendRTP(to port: Int) throws -> Peer {
        try Peer.ffmpeg(
            "-re", "-f", "lavfi", "-i", "testsrc=size=192x108:rate=25", "-c:v", "libx264", "-preset", "ultrafast",
            "-tune", "zerolatency", "-g", "25", "-bsf:v", "dump_extra", "-f", "rtp", "rtp://127.0.0.1:\(port)")
    }
}
