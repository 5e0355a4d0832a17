import ControlFixtures
import Foundation
import Testing

/// `inpaintd mask draw` as its page, and others, ask it.
@Suite("inpaintd mask draw") struct DrawPageTests {
    /// A film, and a folder for all else.
    private func withFilm(_ body: (_ film: String, _ folder: String) throws -> Void) throws {
        try withFolder { folder in
            try Film.make("\(folder)/in.mp4", muxer: "mp4mux", encoder: nil)
            try body("\(folder)/in.mp4", folder)
        }
    }

    /// What an error answer says.
    private func message(_ answer: Caller.Answer) throws -> String {
        let document = try JSONSerialization.jsonObject(with: answer.data)
        let object = document as? [String: [String: String]]
        return try #require(object?["error"]?["message"])
    }

    @Test("the page is one document that may load nothing of others, and the program ends when it is told to")
    func page() throws {
        try withFilm { film, folder in
            for signal in [SIGTERM, SIGINT] {
                let rig = try DrawRig(film, "--output", "\(folder)/m.png")
                let page = try rig.ask("GET", "")
                #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
                let policy = try #require(page.headers["content-security-policy"])
                let nonce = try #require(policy.firstMatch(of: /script-src 'nonce-(\w+)'/)?.1)
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(page.body.components(separatedBy: "nonce=\"\(nonce)\"").count == 3)
                #expect(!page.body.contains("@STYLE@") && !page.body.contains("@SCRIPT@"))
                #expect(!page.body.contains("http://") && !page.body.contains("https://"))
                #expect(page.headers["cache-control"] == "no-store")
                #expect(page.headers["x-content-type-options"] == "nosniff")
                #expect(page.headers["access-control-allow-origin"] == nil)
                #expect(try rig.ask("GET", "").headers["content-security-policy"] != policy)

                let start = try rig.ask("GET", "start")
                #expect(
                    start.body
                        == "{\"frame\":1,\"mask\":\"\",\"source\":\"\(film)\",\"target\":\"\(folder)/m.png\"}\n")
                try rig.end(signal)
                #expect(!FileManager.default.fileExists(atPath: "\(folder)/m.png"))
            }
        }
    }

    @Test("stills are frames of the source, and another one is taken when it is asked for")
    func stills() throws {
        try withFilm { film, folder in
            let rig = try DrawRig(film, "--output", "\(folder)/m.png", "--frame", "2")
            let first = try rig.ask("GET", "still")
            #expect(first.status == 200 && first.headers["content-type"] == "image/png")
            try first.data.write(to: URL(filePath: "\(folder)/still.png"))
            let probe = try Program.run("mask", "preview", film, "rect:0,0,0,0", "--output", "\(folder)/2.png")
            #expect(probe.status == 0)
            let other = try rig.ask("POST", "still", "9")
            #expect(other.status == 200 && other.data != first.data)
            #expect(try rig.ask("GET", "still").data == other.data)
            #expect(try rig.ask("POST", "still").data == other.data)
            #expect(try rig.ask("POST", "still", "2").data == first.data)
            // Of a film that is shorter the last frame.
            #expect(try rig.ask("POST", "still", "1000").status == 200)
            for wrong in ["0", "-1", "x", "1000001", "99999999999999999999"] {
                #expect(try rig.ask("POST", "still", wrong).status == 400, "\(wrong)")
            }
            try FileManager.default.removeItem(atPath: film)
            let gone = try rig.ask("POST", "still", "1")
            #expect(try gone.status == 503 && message(gone).contains("in.mp4"), "\(gone.body)")
            #expect(try rig.ask("GET", "still").status == 200)
            try rig.end()
        }
    }

    @Test("an expression is painted to the pixel; a wrong one is answered with the column")
    func masks() throws {
        try withFilm { film, folder in
            let rig = try DrawRig(film, "--output", "\(folder)/m.png")
            func paint(_ expression: String) throws -> Set<Int> {
                let answer = try rig.ask("POST", "mask", expression)
                #expect(answer.status == 200, "\(answer.body)")
                try answer.data.write(to: URL(filePath: "\(folder)/painted.png"))
                return try whites(of: "\(folder)/painted.png")
            }
            #expect(try paint("").isEmpty)
            #expect(try paint("rect:10,8,30,16") == pixels { (10..<40).contains($0) && (8..<24).contains($1) })
            #expect(
                try paint("rect:50%,0,50%,100% - rect:60,10,5,5")
                    == pixels { x, y in x >= 48 && !((60..<65).contains(x) && (10..<15).contains(y)) })
            #expect(try paint("poly:0,0,20,0,0,20") == pixels { x, y in x + y + 1 < 20 })
            // What is there only at times is shown.
            #expect(try paint("when(10-20,delay(rect:0,0,8,8,3))") == pixels { $0 < 8 && $1 < 8 })
            for (wrong, column) in [
                ("rect:10", 8), ("rect:1,2,3,4 +", 15), ("rect:1,2,3,4 rect:", 14), ("poly:1,2", 9),
            ] {
                let answer = try rig.ask("POST", "mask", wrong)
                #expect(try answer.status == 400 && message(answer).contains("column \(column) "), "\(answer.body)")
            }
            let text = try rig.ask("POST", "mask", data: Data([0xff, 0xfe]), headers: ["Content-Type": "text/plain"])
            #expect(try text.status == 400 && message(text).contains("UTF-8"))
            try rig.end()
        }
    }

    @Test("the page can name no file and no plugin that the command line does not")
    func namedOnly() throws {
        try withFilm { film, folder in
            let (mine, other) = ("\(folder)/mine.png", "\(folder)/other.png")
            _ = try drawPicture(mine) { x, _ in x < 4 }
            _ = try drawPicture(other) { x, _ in x > 4 }
            let rig = try DrawRig(
                film, "--mask", "\(mine) + plugin:mask-key?color=ff0000", "--output", "\(folder)/m.png")
            let allowed = try rig.ask("POST", "mask", "file:\(mine) + rect:90,0,6,64 + plugin:mask-key?color=ff0000")
            #expect(allowed.status == 200, "\(allowed.body)")
            try allowed.data.write(to: URL(filePath: "\(folder)/painted.png"))
            #expect(try whites(of: "\(folder)/painted.png") == pixels { x, _ in x < 4 || x >= 90 })
            for path in ["mask", "fill", "save"] {
                for term in [
                    other, "file:\(other)", "svg:\(other)", "frames:\(folder)", "'\(other)'", "plugin:mask-motion",
                    "plugin:mask-key?color=0000ff", "stream", "alpha", "roi:", "grow(\(other),2)",
                ] {
                    let answer = try rig.ask("POST", path, term)
                    #expect(
                        try answer.status == 400 && message(answer).contains("--mask"),
                        "\(path) \(term): \(answer.body)")
                }
            }
            // Whether a file is there cannot be told from the answer.
            let there = try message(rig.ask("POST", "mask", "file:/etc/hostname"))
            let not = try message(rig.ask("POST", "mask", "file:/etc/hostnam_"))
            #expect(there.replacing("hostname", with: "hostnam_") == not)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/m.png"))
            try rig.end()
        }
    }

    @Test("whoever does not know the token, or comes from another page, is told nothing")
    func strangers() throws {
        try withFilm { film, folder in
            let rig = try DrawRig(film, "--output", "\(folder)/m.png")
            let good = ["Host": "127.0.0.1:\(rig.port)", "Origin": "http://127.0.0.1:\(rig.port)"]
            let wrong = String(rig.token.reversed())
            for path in [
                "/", "/\(wrong)/", "/\(wrong)/still", "/\(rig.token)", "/\(rig.token)x/", "/\(rig.token.dropLast())/",
                "/\(rig.token)/nothing", "/\(rig.token)//still", "/still",
            ] {
                #expect(try Caller(port: rig.port).ask("GET", path, headers: good).status == 404, "\(path)")
            }
            #expect(try rig.ask("DELETE", "still").status == 405)
            #expect(try rig.ask("GET", "save").headers["allow"] == "POST")
            for host in [
                "evil.example", "evil.example:\(rig.port)", "127.0.0.1", "127.0.0.1:1",
                "127.0.0.1.evil.example:\(rig.port)",
            ] {
                let answer = try rig.ask("GET", "", headers: ["Host": host])
                #expect(try answer.status == 403 && message(answer).contains("Host"), "\(host): \(answer.status)")
            }
            #expect(try rig.ask("GET", "", headers: ["Host": "localhost:\(rig.port)"]).status == 200)
            for origin in [
                "http://evil.example", "null", "", "https://127.0.0.1:\(rig.port)", "http://localhost:\(rig.port)",
            ] {
                for path in ["still", "mask", "fill", "save"] {
                    let answer = try rig.ask("POST", path, "rect:0,0,9,9", headers: ["Origin": origin])
                    #expect(try answer.status == 403 && message(answer).contains("Origin"), "\(path) \(origin)")
                }
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/m.png"))
            try rig.end()
        }
    }

    @Test("too large a body, and a picture that is none, of another size or cut off, is refused")
    func badBodies() throws {
        try withFilm { film, folder in
            let rig = try DrawRig(film, "--output", "\(folder)/m.png")
            let caller = try Caller(port: rig.port)
            caller.send(
                """
                POST /\(rig.token)/save HTTP/1.1\r
                Host: 127.0.0.1:\(rig.port)\r
                Origin: http://127.0.0.1:\(rig.port)\r
                Content-Type: image/png\r
                Content-Length: \(17 << 20)\r
                \r

                """)
            let chunk = [UInt8](repeating: 7, count: 1 << 20)
            for _ in 0..<17 where caller.send(chunk) < chunk.count { break }
            #expect(try caller.answer().status == 413)
            #expect(try rig.ask("POST", "mask", String(repeating: " ", count: 65 << 10)).status == 413)

            let whole = try drawPicture("\(folder)/drawn.png") { x, y in (x * y) % 7 == 0 }
            let small = try drawPicture("\(folder)/small.png", width: 48, height: 32) { _, _ in true }
            var lying = small
            lying[16..<24] = whole[16..<24]
            for (name, data) in [
                ("text", Data("no picture".utf8)), ("empty", Data()), ("head", whole.prefix(33)),
                ("cut", whole.prefix(whole.count / 2)), ("small", small), ("lying", lying),
                ("jpeg", Data([0xff, 0xd8, 0xff, 0xe0]) + whole),
            ] {
                for path in ["fill", "save"] {
                    let answer = try rig.ask("POST", path, data: data)
                    #expect(answer.status == 400, "\(path) \(name): \(answer.status) \(answer.body)")
                    #expect(try message(answer).hasPrefix("the picture: "), "\(path) \(name): \(answer.body)")
                }
            }
            #expect(try rig.ask("POST", "save", "x", headers: ["Content-Type": "application/json"]).status == 400)
            for nothing in ["", "  "] {
                let answer = try rig.ask("POST", "save", nothing)
                #expect(try answer.status == 400 && message(answer) == "nothing is drawn")
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/m.png"))
            #expect(try rig.ask("GET", "").status == 200)
            try rig.end()
        }
    }

    @Test("the fill changes nothing outside of the hole that the stage grows")
    func fill() throws {
        try withFilm { film, folder in
            let rig = try DrawRig(film, "--output", "\(folder)/m.png")
            let still = try rig.ask("GET", "still").data
            let answer = try rig.ask("POST", "fill", "rect:30,20,20,12")
            #expect(answer.status == 200, "\(answer.body)")
            func colours(_ picture: Data) throws -> [UInt8] {
                let (file, raw) = ("\(folder)/p.png", "\(folder)/p.raw")
                try picture.write(to: URL(filePath: file))
                let outcome = try Program.run(
                    "run", "-q", "--launch",
                    "filesrc location=${i} ! pngdec ! videoconvert ! video/x-raw,format=RGB ! filesink location=${o}",
                    "i=\(file)", "o=\(raw)")
                #expect(outcome.status == 0, "\(outcome.errors)")
                return try [UInt8](Data(contentsOf: URL(filePath: raw)))
            }
            let (before, after) = (try colours(still), try colours(answer.data))
            try #require(before.count == 96 * 64 * 3 && after.count == before.count)
            let changed = Set(before.indices.filter { before[$0] != after[$0] }.map { $0 / 3 })
            let grown = pixels { x, y in
                max(30 - x, x - 49, 0) + max(20 - y, y - 31, 0) <= 4
            }
            #expect(!changed.isEmpty && changed.isSubset(of: grown))
            let brush = try drawPicture("\(folder)/drawn.png") { x, y in (30..<50).contains(x) && (20..<32).contains(y)
            }
            #expect(try colours(rig.ask("POST", "fill", data: brush).data) == after)
            try rig.end()
        }
    }
}
