internal import Foundation

/// One of the clips that nothing is trained on, 432×240 at 24 frames/s, kept beside the project or where
/// INPAINTD_TEST_DATA says: `eval/clips/NAME.zip` of JPEG frames, `eval/masks/NAME.zip` of PNG masks.
public struct EvaluationClip: Sendable {
    public static let (width, height) = (432, 240)

    /// Every clip there is, by name. None, and a line that says so, where the folder is missing.
    public static let all: [EvaluationClip] = {
        let beside = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data").path
        let data = ProcessInfo.processInfo.environment["INPAINTD_TEST_DATA"] ?? beside
        // try? because a folder that is not there has no clips, and that is told below.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(data)/eval/clips")) ?? []
        let clips = names.filter { $0.hasSuffix(".zip") }.sorted().map {
            EvaluationClip(name: String($0.dropLast(4)), data: data)
        }
        if clips.isEmpty { print("SKIPPED: no real clips in \(data)/eval/clips; set INPAINTD_TEST_DATA") }
        return clips
    }()

    public let name: String
    private let data: String

    private var maskFile: String { "\(data)/eval/masks/\(name).zip" }

    public var hasMasks: Bool { FileManager.default.fileExists(atPath: maskFile) }

    /// Its frames in I420 of BT.601, from 16 to 235, after a filter of ffmpeg's.
    public func frames(through filter: String = "null") throws -> [PluginPictures] {
        let picture = (luma: Self.width * Self.height, chroma: Self.width * Self.height / 4)
        let bytes = try decode(
            "\(data)/eval/clips/\(name).zip", "jpg",
            through: "scale=out_range=tv:out_color_matrix=bt601,format=yuv420p,\(filter)", as: "yuv420p")
        return stride(from: 0, to: bytes.count, by: picture.luma + 2 * picture.chroma).map { start in
            var frame = PluginPictures(width: Self.width, height: Self.height) { _, _ in 0 }
            let chroma = start + picture.luma
            frame.luma = [UInt8](bytes[start..<chroma])
            frame.cb = [UInt8](bytes[chroma..<chroma + picture.chroma])
            frame.cr = [UInt8](bytes[chroma + picture.chroma..<chroma + 2 * picture.chroma])
            return frame
        }
    }

    /// The masks of its object, 255 = object.
    public func masks() throws -> [[UInt8]] {
        let bytes = try decode(maskFile, "png", through: "null", as: "gray")
        return stride(from: 0, to: bytes.count, by: Self.width * Self.height).map {
            [UInt8](bytes[$0..<$0 + Self.width * Self.height])
        }
    }

    private func decode(_ zip: String, _ ending: String, through filter: String, as format: String) throws -> Data {
        let folder = FileManager.default.temporaryDirectory.appending(path: "clip-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try run("python3", "-m", "zipfile", "-e", zip, folder)
        try run(
            "ffmpeg", "-v", "error", "-framerate", "24", "-pattern_type", "glob", "-i", "\(folder)/*.\(ending)", "-vf",
            filter, "-pix_fmt", format, "-f", "rawvideo", "\(folder)/raw")
        return try Data(contentsOf: URL(filePath: "\(folder)/raw"))
    }

    private func run(_ command: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(command.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}

/// The box round every pixel whose luma differs between frames of two runs of one clip, 255 inside.
public func boxOfDifference(_ one: [PluginPictures], _ other: [PluginPictures], atLeast least: Int = 16) -> [UInt8] {
    guard let (width, height) = one.first.map({ ($0.width, $0.height) }) else { return [] }
    var (left, right, top, bottom) = (width, -1, height, -1)
    for (a, b) in zip(one, other) {
        for index in a.luma.indices where abs(Int(a.luma[index]) - Int(b.luma[index])) >= least {
            (left, right) = (min(left, index % width), max(right, index % width))
            (top, bottom) = (min(top, index / width), max(bottom, index / width))
        }
    }
    return (0..<width * height).map { index in
        left <= index % width && index % width <= right && top <= index / width && index / width <= bottom ? 255 : 0
    }
}
