import ControlFixtures
import Foundation
import Frames
import MediaGraph
import Testing

/// `inpaintd mask draw` on a film of its own, asked as its page asks.
final class DrawRig {
    let program: Program
    let address: String
    let port: Int
    let token: String

    /// - Parameter words: further words of the command line.
    init(_ source: String, _ words: String...) throws {
        program = try Program(["mask", "draw", source] + words)
        try program.child.wait("for the page's address") { !$0.lines.isEmpty || $0.isOver }
        let line = String(try #require(program.child.heard.lines.first, "\(program.child.heard.words)"))
        address = line
        let match = try #require(line.wholeMatch(of: /http:\/\/127\.0\.0\.1:(\d+)\/([0-9a-f]{32})\//), "\(line)")
        port = try #require(Int(match.1))
        token = String(match.2)
    }

    private var host: String { "127.0.0.1:\(port)" }

    /// Asks below the token, with what a browser adds.
    func ask(
        _ method: String, _ path: String, _ body: String? = nil, data: Data? = nil, headers: [String: String] = [:]
    ) throws -> Caller.Answer {
        var all = ["Host": host, "Content-Type": data == nil ? "text/plain" : "image/png"]
        if method != "GET" { all["Origin"] = "http://\(host)" }
        return try Caller(port: port).ask(
            method, "/\(token)/\(path)", data: data ?? body.map { Data($0.utf8) },
            headers: all.merging(headers) { $1 }.filter { !$0.value.isEmpty })
    }

    /// Ends it; it must go well, with nothing said but the address, and what libpng says by itself.
    @discardableResult
    func end(_ signal: Int32 = SIGTERM) throws -> Child.Outcome {
        program.send(signal)
        let outcome = try program.finish()
        let words = outcome.errors.split(separator: "\n").filter { !$0.hasPrefix("libpng ") }
        #expect(outcome.exited && outcome.status == 0 && words.isEmpty, "\(outcome.status) \(outcome.errors)")
        #expect(outcome.text == "\(address)\n")
        return outcome
    }
}

/// The pixels of a picture that are white; nothing else must be in it but black.
func whites(of file: String, width: Int = 96, height: Int = 64) throws -> Set<Int> {
    let picture = try ImageFile.gray(contentsOf: file)
    #expect(picture.width == width && picture.height == height)
    #expect(picture.pixels.allSatisfy { $0 == 0 || $0 == 255 })
    return Set(picture.pixels.indices.filter { picture.pixels[$0] == 255 })
}

/// The pixels of a frame of which something is true.
func pixels(width: Int = 96, height: Int = 64, where isSo: (_ x: Int, _ y: Int) -> Bool) -> Set<Int> {
    Set((0..<width * height).filter { isSo($0 % width, $0 / width) })
}

/// Writes a PNG file whose white is where something is true; its bytes.
func drawPicture(
    _ path: String, width: Int = 96, height: Int = 64, where isWhite: (_ x: Int, _ y: Int) -> Bool
) throws -> Data {
    let white = pixels(width: width, height: height, where: isWhite)
    let raw = Data((0..<width * height).map { white.contains($0) ? 255 : 0 })
    try raw.write(to: URL(filePath: path + ".raw"))
    let outcome = try Program.run(
        "run", "-q", "--launch",
        "filesrc location=${i} blocksize=\(width * height) ! rawvideoparse format=gray8 width=\(width) height=\(height)"
            + " ! pngenc ! filesink location=${o}", "i=\(path).raw", "o=\(path)")
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try Data(contentsOf: URL(filePath: path))
}
