import CGStreamer
import Foundation
import Frames
import InpaintElement
import PictureFixtures
import Testing

/// The element in pipelines made from text, in a folder of its own.
@Suite(.timeLimit(.minutes(2))) final class InpaintPipelineTests {
    private let folder: String

    private static let registered = Result { try registerInpaintElement() }

    init() throws {
        try Self.registered.get()
        folder = FileManager.default.temporaryDirectory.appending(path: "inpaint-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        // What is left in the temporary folder does no harm.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Plays a pipeline to its end; the first error's text, or nil.
    private func play(_ text: String) throws -> String? {
        var error: UnsafeMutablePointer<GError>?
        let made = gst_parse_launch_full(text, nil, GST_PARSE_FLAG_FATAL_ERRORS, &error)
        let pipeline = try #require(made, "\(error.map { String(cString: $0.pointee.message) } ?? text)")
        gst_object_ref_sink(pipeline)
        let bus = gst_element_get_bus(pipeline)
        defer {
            gst_element_set_state(pipeline, GST_STATE_NULL)
            gst_object_unref(bus)
            gst_object_unref(pipeline)
        }
        gst_element_set_state(pipeline, GST_STATE_PLAYING)
        let kinds = GstMessageType(rawValue: GST_MESSAGE_ERROR.rawValue | GST_MESSAGE_EOS.rawValue)
        let message = try #require(gst_bus_timed_pop_filtered(bus, 60_000_000_000, kinds), "no end came")
        defer { gst_message_unref(message) }
        guard media_message_type(message) == GST_MESSAGE_ERROR else { return nil }
        var failure: UnsafeMutablePointer<GError>?
        gst_message_parse_error(message, &failure, nil)
        defer { g_clear_error(&failure) }
        return failure.map { String(cString: $0.pointee.message) }
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
    }

    /// Writes a gray PNG whose white is a box.
    private func writeMask(_ name: String, _ box: Rectangle, width: Int, height: Int) throws {
        let error = try play(
            """
            videotestsrc num-buffers=1 pattern=white ! video/x-raw,format=GRAY8,width=\(box.width),height=\(box.height) !
            videobox fill=black left=-\(box.x) top=-\(box.y) right=-\(width - box.right) bottom=-\(height - box.bottom) !
            pngenc ! filesink location=\(folder)/\(name)
            """)
        #expect(error == nil)
    }

    private static let source = "videotestsrc num-buffers=8 pattern=snow ! video/x-raw,framerate=25/1"

    @Test("a file's white is filled in every frame, and every other byte is as it came")
    func maskFile() throws {
        let (width, height) = (321, 241)
        let box = Rectangle(x: 151, y: 101, width: 20, height: 14)
        try writeMask("my-logo+1.png", box, width: width, height: height)
        let error = try play(
            """
            \(Self.source),format=I420,width=\(width),height=\(height) ! tee name=t
            t. ! queue ! filesink location=\(folder)/before
            t. ! queue ! inpaint mask=\(folder)/my-logo+1.png grow=3 ! filesink location=\(folder)/after
            """)
        #expect(error == nil)
        let (before, after) = (try bytes("before"), try bytes("after"))
        try #require(before.count == after.count && before.count % 8 == 0)
        let size = before.count / 8
        // GStreamer pads rows to four bytes and chroma to whole samples of both axes.
        let (lumaStride, chromaStride) = (324, 164)
        let chromaStart = lumaStride * 242
        try #require(size == chromaStart + 2 * chromaStride * 121)
        let grown = { (x: Int, y: Int) in
            max(box.x - x, x - box.right + 1, 0) + max(box.y - y, y - box.bottom + 1, 0) <= 3
        }
        var allowed = Set<Int>()
        for y in 0..<height {
            for x in 0..<width where grown(x, y) {
                let chroma = chromaStart + y / 2 * chromaStride + x / 2
                allowed.formUnion([y * lumaStride + x, chroma, chroma + chromaStride * 121])
            }
        }
        for frame in 0..<8 {
            let changed = (0..<size).filter { before[frame * size + $0] != after[frame * size + $0] }
            #expect(!changed.isEmpty && changed.allSatisfy(allowed.contains), "frame \(frame)")
        }
    }

    @Test("a mask from the mask pad is filled where its frame has it")
    func maskPad() throws {
        let error = try play(
            """
            \(Self.source),format=GRAY8,width=160,height=120 ! tee name=t
            t. ! queue ! filesink location=\(folder)/before
            t. ! queue ! inpaint name=i grow=0 feather=0 ! filesink location=\(folder)/after
            videotestsrc num-buffers=8 pattern=white ! video/x-raw,format=GRAY8,width=20,height=15,framerate=25/1 !
            videobox fill=black left=-70 top=-50 right=-70 bottom=-55 ! queue ! i.mask
            """)
        #expect(error == nil)
        let (before, after) = (try bytes("before"), try bytes("after"))
        try #require(before.count == 8 * 160 * 120 && after.count == before.count)
        for frame in 0..<8 {
            let changed = (0..<160 * 120).filter { before[frame * 160 * 120 + $0] != after[frame * 160 * 120 + $0] }
            #expect(!changed.isEmpty)
            #expect(changed.allSatisfy { (70..<90).contains($0 % 160) && (50..<65).contains($0 / 160) })
        }
    }

    @Test("a mask of zeros changes not a byte")
    func zeros() throws {
        let error = try play(
            """
            \(Self.source),format=NV12,width=99,height=77 ! tee name=t
            t. ! queue ! filesink location=\(folder)/before
            t. ! queue ! inpaint mask=rect:0,0,0,0 ! filesink location=\(folder)/after
            """)
        #expect(error == nil)
        let before = try bytes("before")
        #expect(before == (try bytes("after")) && !before.isEmpty)
    }

    @Test(
        "what cannot be used is an element error that names it",
        arguments: [
            ("mask=/nowhere/logo.png", "/nowhere/logo.png"), ("mask=rect:1,2,3", "column 11"),
            ("weights=/nowhere/w.pth", "/nowhere/w.pth"), ("region=left", "left"),
            ("region=500,0,10,10", "outside the frame"),
        ])
    func errors(setting: String, named: String) throws {
        let error = try play("\(Self.source),width=64,height=48 ! inpaint \(setting) ! fakesink")
        #expect(error?.contains(named) == true, "\(error ?? "no error")")
    }
}
