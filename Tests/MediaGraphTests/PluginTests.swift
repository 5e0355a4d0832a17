import Glibc
import Testing

private enum BuiltPlugin {
    /// The folder of the library, beside what the tests were built into; nil where it has not been built.
    static let folder: String? = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return ["release", "debug"].map { "/\(root)/.build/\($0)" }
            .first { access($0 + "/libgstinpaint.so", R_OK) == 0 }
    }()
}

/// `libgstinpaint.so` in GStreamer's own programs. Skipped where the library has not been built.
@Suite(.timeLimit(.minutes(1)), .enabled(if: BuiltPlugin.folder != nil, "libgstinpaint.so has not been built"))
struct PluginTests {
    /// Runs a shell command with the plugin in reach; what it wrote, and how it ended.
    private func run(_ command: String, environment: String = "") throws -> (output: String, status: Int32) {
        let folder = try #require(BuiltPlugin.folder)
        let line =
            "GST_PLUGIN_PATH='\(folder)' GST_REGISTRY='\(folder)/test-registry.bin' GST_DEBUG_NO_COLOR=1 "
            + "\(environment) timeout 50 \(command) 2>&1"
        let stream = try #require(popen(line, "r"))
        var output = ""
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&bytes, 1, bytes.count, stream)
            if count == 0 { break }
            output += String(decoding: bytes[..<count], as: UTF8.self)
        }
        let status = pclose(stream)
        return (output, status)
    }

    @Test("gst-inspect documents the element")
    func inspect() throws {
        let (output, status) = try run("gst-inspect-1.0 inpaint")
        #expect(status == 0)
        for word in [
            "License                  MIT/X11", "SINK template: 'mask'", "P010_10LE", "weights ", "lookahead ",
            "Enum \"GstInpaintSession\"", "frames-held-back", "changeable only in NULL or READY state",
        ] {
            #expect(output.contains(word), "\(word)")
        }
    }

    @Test("gst-launch runs it with a mask branch, and leaves no object behind")
    func leaks() throws {
        let video = "videotestsrc num-buffers=8 ! video/x-raw,width=96,height=48,framerate=25/1"
        let masks =
            "videotestsrc num-buffers=8 pattern=ball ! video/x-raw,format=GRAY8,width=96,height=48,framerate=25/1"
        let (output, status) = try run(
            "gst-launch-1.0 \(video) ! inpaint name=i mask=rect:10,10,9,7 session=window ! fakesink sync=false "
                + "\(masks) ! queue ! i.mask",
            environment: "GST_TRACERS=leaks GST_DEBUG=GST_TRACER:7")
        #expect(status == 0)
        #expect(output.contains("Got EOS"))
        #expect(output.contains("object-alive"), "the tracer did not run")
        let alive = output.split(separator: "\n").filter { $0.contains("object-alive,") && !$0.contains("new format") }
        #expect(alive.isEmpty, "\(alive.prefix(3))")
    }

    @Test("a mask that cannot be read ends gst-launch with the file's name")
    func badMask() throws {
        let (output, status) = try run(
            "gst-launch-1.0 videotestsrc num-buffers=3 ! inpaint mask=/nowhere/logo.png ! fakesink")
        #expect(status != 0)
        #expect(output.contains("/nowhere/logo.png"))
    }
}
