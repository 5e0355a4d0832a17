import Foundation

/// A film in which, every second, the right half turns white for three frames at the instant at which a tone begins.
enum FlashAndBeep {
    static let size = (width: 192, height: 108)
    static let frame = 0.04

    /// Writes the film: so many seconds of H.264 and AAC.
    static func make(_ path: String, seconds: Int) throws {
        let (width, height) = (size.width, size.height)
        try Peer.run([
            "ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i",
            "testsrc2=size=\(width)x\(height):rate=25,drawbox=x=\(width / 2):w=\(width / 2):h=\(height):c=black:t=fill,"
                + "drawbox=x=\(width / 2):w=\(width / 2):h=\(height):c=white:t=fill:enable='gte(t,1)*lt(mod(t,1),0.12)'",
            "-f", "lavfi", "-i", "aevalsrc='0.8*sin(2*PI*1000*t)*gte(t,1)*lt(mod(t,1),0.12)':s=48000", "-t",
            "\(seconds)",
            "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "25", "-c:a", "aac", path,
        ])
    }

    /// By how many seconds each tone begins later than its flash, as a player would show them.
    static func offsets(in path: String) throws -> [Double] {
        let (width, height) = (size.width, size.height)
        let outcome = try Peer.run([
            "ffmpeg", "-nostdin", "-hide_banner", "-i", path, "-filter_complex",
            "[0:v]crop=\(width / 2):\(height):\(width / 2):0,blackdetect=d=0.01:pix_th=0.4[v];"
                + "[0:a]silencedetect=n=-20dB:d=0.2[a]",
            "-map", "[v]", "-map", "[a]", "-f", "null", "-",
        ])
        let flashes = times(after: "black_end:", in: outcome.errors)
        let beeps = times(after: "silence_end: ", in: outcome.errors)
        // The end of the film ends what was black and silent, too.
        return pairs(flashes, beeps).dropLast()
    }

    /// Each first time with the second one that is nearest, if it is near.
    static func pairs(_ flashes: [Double], _ beeps: [Double]) -> [Double] {
        flashes.compactMap { flash in
            beeps.map { $0 - flash }.min { abs($0) < abs($1) }.flatMap { abs($0) < 0.45 ? $0 : nil }
        }
    }

    private static func times(after word: String, in text: String) -> [Double] {
        text.components(separatedBy: word).dropFirst().compactMap { rest in
            Double(rest.prefix { $0.isNumber || $0 == "." })
        }
    }
}

extension [Double] {
    /// The middle one; nil where there is none.
    var median: Double? { isEmpty ? nil : sorted()[count / 2] }

    /// In milliseconds, for people.
    var milliseconds: String { map { String(format: "%+.1f", $0 * 1000) }.joined(separator: " ") + " ms" }
}
