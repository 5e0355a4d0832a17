import CGStreamer
import Frames
import Glibc
import MediaGraph
import Testing

@Suite(.timeLimit(.minutes(1))) struct ImageFileTests {
    /// A folder of its own for each test, gone afterwards.
    private final class Folder {
        let path: String

        init() throws {
            var template = Array("/tmp/inpaintd-image-XXXXXX".utf8CString)
            path = try #require(mkdtemp(&template).map { String(cString: $0) })
        }

        deinit {
            system("rm -r '\(path)'")
        }

        func write(_ name: String, _ bytes: [UInt8]) -> String {
            let file = path + "/" + name
            let stream = fopen(file, "w")
            fwrite(bytes, 1, bytes.count, stream)
            fclose(stream)
            return file
        }

        /// Encodes a picture with GStreamer's own encoder: `encoder` in pipeline text, frames of `pattern`.
        func make(_ name: String, _ text: String) throws -> String {
            try GStreamer.initialize()
            let file = path + "/" + name
            let pipeline = try #require(gst_parse_launch("\(text) ! filesink location=\(file)", nil))
            gst_object_ref_sink(pipeline)
            let bus = gst_element_get_bus(pipeline)
            gst_element_set_state(pipeline, GST_STATE_PLAYING)
            let kinds = GstMessageType(rawValue: GST_MESSAGE_ERROR.rawValue | GST_MESSAGE_EOS.rawValue)
            let message = try #require(gst_bus_timed_pop_filtered(bus, 20_000_000_000, kinds))
            #expect(media_message_type(message) == GST_MESSAGE_EOS)
            gst_message_unref(message)
            gst_element_set_state(pipeline, GST_STATE_NULL)
            gst_object_unref(bus)
            gst_object_unref(pipeline)
            return file
        }
    }

    private func error(of body: () throws -> GrayImage) -> FrameError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? FrameError
        }
    }

    // GStreamer's jpegenc leaves noise in gray pictures whose sides are no multiples of 8.
    @Test(
        "a gray picture keeps its values, whatever its format and size",
        arguments: [("pngenc", 37, 21), ("pnmenc", 37, 21), ("jpegenc quality=100", 40, 24)])
    func gray(encoder: String, width: Int, height: Int) throws {
        let folder = try Folder()
        let file = try folder.make(
            "picture.img",
            "videotestsrc num-buffers=1 pattern=black ! video/x-raw,format=GRAY8,width=\(width),height=\(height) "
                + "! \(encoder)")
        let picture = try ImageFile.gray(contentsOf: file)
        #expect(picture.width == width)
        #expect(picture.height == height)
        let (darkest, brightest) = (picture.pixels.min() ?? 255, picture.pixels.max() ?? 255)
        #expect(brightest <= 20)
        #expect(brightest - darkest <= 2)
    }

    @Test("white is white, colours give their luma, and what is transparent is black")
    func colours() throws {
        let folder = try Folder()
        // A portable arbitrary map: four pixels with alpha.
        let pixels: [UInt8] = [
            255, 255, 255, 255, 255, 0, 0, 255, 255, 255, 255, 0, 255, 255, 255, 128,
        ]
        let raw = folder.write("raw", pixels)
        let file = try folder.make(
            "alpha.png",
            "filesrc location=\(raw) blocksize=16 ! rawvideoparse width=4 height=1 format=rgba ! pngenc snapshot=true")
        #expect(try ImageFile.gray(contentsOf: file).pixels == [255, 76, 0, 128])
    }

    @Test("a file that is not there is named with the system's words")
    func missing() {
        let error = error { try ImageFile.gray(contentsOf: "/nowhere/logo.png") }
        #expect(error?.code == .notFound)
        #expect(error?.description == "/nowhere/logo.png: cannot be opened (No such file or directory)")
    }

    @Test("what is no picture is refused by name", arguments: ["text", "empty", "folder", "sound", "cut"])
    func noPicture(kind: String) throws {
        let folder = try Folder()
        let file: String
        switch kind {
        case "text": file = folder.write("logo.png", Array("This is no picture at all.\n".utf8))
        case "empty": file = folder.write("logo.png", [])
        case "folder": file = folder.path
        case "sound": file = try folder.make("logo.png", "audiotestsrc num-buffers=5 ! wavenc")
        default:
            let whole = try folder.make(
                "whole.png", "videotestsrc num-buffers=1 ! video/x-raw,width=320,height=240 ! pngenc")
            system("head -c 200 '\(whole)' > '\(folder.path)/cut.png'")
            file = folder.path + "/cut.png"
        }
        let start = MonotonicClock.now.nanoseconds
        let error = error { try ImageFile.gray(contentsOf: file) }
        #expect(error?.code == .badData)
        #expect(error?.subject == file)
        #expect(MonotonicClock.now.nanoseconds - start < 5_000_000_000)
    }
}
