import Frames
import Masks
import Testing

@Suite struct StationaryMaskTests {
    private func mask(
        _ text: String, width: Int, height: Int, pictures: [String: GrayImage] = [:]
    ) throws -> Mask {
        var mask = try StationaryMask(text, fileExists: { pictures[$0] != nil }) { path in
            try #require(pictures[path])
        }
        return mask.mask(width: width, height: height)
    }

    private func rows(_ mask: Mask) -> [String] {
        (0..<mask.height).map { y in
            String(mask.pixels[y * mask.width..<(y + 1) * mask.width].map { $0 == 0 ? "." : "#" })
        }
    }

    @Test("a rectangle is clipped to the frame")
    func clipped() throws {
        #expect(try mask("rect:-1,1,3,2", width: 4, height: 4).bounds == Rectangle(x: 0, y: 1, width: 2, height: 2))
        #expect(try mask("rect:2,2,999999999999999999999,9", width: 4, height: 3).bounds.width == 2)
        #expect(try mask("rect:40,40,5,5", width: 4, height: 4).isEmpty)
        // Percent of a side beyond the largest number there is.
        let huge = "1" + String(repeating: "0", count: 308)
        #expect(try mask("rect:-\(huge)%,0,\(huge)%,10", width: 640, height: 480).isEmpty)
        #expect(try mask("rect:0,0,\(huge)%,\(huge)%", width: 4, height: 3).bounds.width == 4)
        #expect(try mask("rect:1,1,0,2", width: 4, height: 4).isEmpty)
    }

    @Test("percent are of the frame's own sides, and neighbours share an edge")
    func percent() throws {
        #expect(
            try mask("rect:10%,50%,20%,25%", width: 200, height: 80).bounds
                == Rectangle(x: 20, y: 40, width: 40, height: 20))
        #expect(
            try mask("rect:0,0,33.3%,100%+rect:33.3%,0,66.7%,100%", width: 641, height: 3).pixels.allSatisfy { $0 == 1 }
        )
    }

    @Test("a picture's white is the hole, from half luma on")
    func threshold() throws {
        let picture = GrayImage(width: 4, height: 1, pixels: [0, 127, 128, 255])
        #expect(rows(try mask("m", width: 4, height: 1, pictures: ["m": picture])) == ["..##"])
    }

    @Test("a picture is scaled to the frame by its nearest pixels")
    func scaled() throws {
        let picture = GrayImage(width: 2, height: 2, pixels: [255, 0, 0, 255])
        #expect(rows(try mask("m", width: 4, height: 2, pictures: ["m": picture])) == ["##..", "..##"])
        let large = GrayImage(
            width: 6, height: 3,
            pixels: [UInt8](repeating: 0, count: 6) + [0, 255, 0, 0, 255, 0] + [UInt8](repeating: 0, count: 6))
        #expect(rows(try mask("m", width: 2, height: 1, pictures: ["m": large])) == ["##"])
    }

    @Test("a union holds what either has")
    func union() throws {
        let picture = GrayImage(width: 4, height: 2, pixels: [255, 0, 0, 0, 0, 0, 0, 0])
        let united = try mask("m+rect:2,1,2,1", width: 4, height: 2, pictures: ["m": picture])
        #expect(rows(united) == ["#...", "..##"])
        #expect(united.bounds == Rectangle(x: 0, y: 0, width: 4, height: 2))
    }

    @Test("a picture that cannot be decoded is an error when the mask is made")
    func undecodable() {
        #expect(throws: FrameError.self) {
            try StationaryMask("m+rect:0,0,1,1", fileExists: { _ in true }) { path in
                throw FrameError(.badData, subject: path, detail: "is no picture")
            }
        }
    }

    @Test("the hole follows a change of the frame's size")
    func resized() throws {
        var mask = try StationaryMask("rect:50%,0,50%,100%", fileExists: { _ in false }) { _ in
            GrayImage(width: 0, height: 0, pixels: [])
        }
        #expect(mask.mask(width: 4, height: 2).bounds == Rectangle(x: 2, y: 0, width: 2, height: 2))
        #expect(mask.mask(width: 10, height: 3).bounds == Rectangle(x: 5, y: 0, width: 5, height: 3))
    }
}
