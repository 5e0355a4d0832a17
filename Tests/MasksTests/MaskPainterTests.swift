import Frames
import Masks
import PictureFixtures
import Testing

@Suite struct MaskPainterTests {
    /// A painter of an expression with these pictures at hand, and with plugins of this kind.
    private func painter(
        _ text: String, pictures: [String: GrayImage] = [:], folders: [String: [String]] = [:],
        plugin: any MaskSource = ScriptedSource([])
    ) throws -> MaskPainter {
        let expression = try MaskExpression(
            text, fileExists: { pictures[$0] != nil }, folderExists: { folders[$0] != nil })
        return try MaskPainter(
            expression,
            from: MaskSources(
                picture: { try #require(pictures[$0]) },
                drawing: { _, width, height in
                    // White at the left edge, as wide as a quarter of what was asked for.
                    GrayImage(
                        width: width, height: height,
                        pixels: (0..<width * height).map { $0 % width < width / 4 ? 255 : 0 })
                },
                pictures: { folders[$0] ?? [] }, plugin: { _ in plugin }))
    }

    private func frame(
        _ width: Int, _ height: Int, format: PixelFormat = .gray8, pts: Timestamp? = nil, objects: [FrameObject] = []
    ) -> Frame {
        let layout = FrameLayout(format: format, width: width, height: height)
        return Frame(
            layout: layout, pts: pts, duration: nil, storage: MemoryPicture(layout, paddingBytes: 3, seed: 1),
            objects: objects)
    }

    private func mask(
        _ text: String, width: Int, height: Int, pictures: [String: GrayImage] = [:]
    ) throws -> Mask {
        try painter(text, pictures: pictures).paint(frame(width, height), stream: nil).mask
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

    @Test("a picture that cannot be decoded is an error when the painter is made")
    func undecodable() throws {
        #expect(throws: FrameError.self) {
            try MaskPainter(
                .union(.picture(path: "m"), .stream),
                from: MaskSources(
                    picture: { throw FrameError(.badData, subject: $0, detail: "is no picture") },
                    drawing: { _, _, _ in GrayImage(width: 0, height: 0, pixels: []) }, pictures: { _ in [] },
                    plugin: { _ in ScriptedSource([]) }))
        }
    }

    @Test("the hole follows a change of the frame's size")
    func resized() throws {
        let painter = try painter("rect:50%,0,50%,100%")
        #expect(
            try painter.paint(frame(4, 2), stream: nil).mask.bounds == Rectangle(x: 2, y: 0, width: 2, height: 2))
        #expect(
            try painter.paint(frame(10, 3), stream: nil).mask.bounds == Rectangle(x: 5, y: 0, width: 5, height: 3))
    }

    // MARK: Shapes

    @Test("a polygon holds the pixels whose middle lies inside, and is clipped to the frame")
    func polygon() throws {
        #expect(rows(try mask("poly:0,0,4,0,4,4", width: 4, height: 4)) == ["####", ".###", "..##", "...#"])
        #expect(rows(try mask("poly:0,0,100%,0,100%,100%,0,100%", width: 3, height: 2)) == ["###", "###"])
        #expect(try mask("poly:-50,-50,50,-50,50,50,-50,50", width: 3, height: 2).pixels.allSatisfy { $0 == 1 })
        // What crosses itself is empty where it is covered twice.
        #expect(
            rows(try mask("poly:0,0,6,0,6,3,0,3,0,0,2,0,2,3,0,3", width: 6, height: 3)) == [
                "..####", "..####", "..####",
            ])
    }

    @Test("a drawing is drawn in the size of the frame")
    func drawing() throws {
        let painter = try painter("svg:x", pictures: ["x": GrayImage(width: 0, height: 0, pixels: [])])
        #expect(rows(try painter.paint(frame(8, 1), stream: nil).mask) == ["##......"])
        #expect(rows(try painter.paint(frame(16, 1), stream: nil).mask) == ["####............"])
    }

    // MARK: Joining and changing

    @Test("difference and intersection")
    func joined() throws {
        #expect(rows(try mask("rect:0,0,3,2-rect:1,0,1,1", width: 4, height: 2)) == ["#.#.", "###."])
        #expect(rows(try mask("rect:0,0,3,2&rect:2,1,2,1", width: 4, height: 2)) == ["....", "..#."])
        #expect(try mask("rect:0,0,1,1&rect:2,1,2,1", width: 4, height: 2).isEmpty)
        #expect(rows(try mask("rect:0,0,1,1-rect:2,1,2,1", width: 4, height: 2)) == ["#...", "...."])
    }

    @Test("growing and shrinking go by steps to four neighbours, and the frame's edge is no edge")
    func changed() throws {
        #expect(rows(try mask("grow(rect:2,1,1,1,1)", width: 5, height: 3)) == ["..#..", ".###.", "..#.."])
        #expect(rows(try mask("shrink(rect:1,0,3,3,1)", width: 5, height: 3)) == ["..#..", "..#..", "..#.."])
        #expect(rows(try mask("shrink(grow(rect:2,1,1,1,1),1)", width: 5, height: 3)) == [".....", "..#..", "....."])
        #expect(try mask("shrink(rect:1,1,1,1,1)", width: 5, height: 3).isEmpty)
    }

    // MARK: From frame to frame

    private static let full = GrayImage(width: 1, height: 1, pixels: [255])
    private static let none = GrayImage(width: 1, height: 1, pixels: [0])

    /// Whether each frame of a stream of one pixel is a hole.
    private func holes(_ text: String, _ streams: [GrayImage?]) throws -> [Bool] {
        let painter = try painter(text)
        return try streams.enumerated().map { index, picture in
            let time = Timestamp(nanoseconds: UInt64(index) * 1_000_000_000)
            return try !painter.paint(frame(1, 1, pts: time), stream: picture).mask.isEmpty
        }
    }

    @Test("what is held stays for so many frames more, what is delayed comes so many later")
    func time() throws {
        let flash = [Self.none, Self.full, Self.none, Self.none, Self.none]
        #expect(try holes("stream", flash) == [false, true, false, false, false])
        #expect(try holes("hold(stream,2)", flash) == [false, true, true, true, false])
        #expect(try holes("delay(stream,2)", flash) == [false, false, false, true, false])
        #expect(try holes("delay(stream,0)", flash) == [false, true, false, false, false])
    }

    @Test("a time holds from its start to before its end")
    func spans() throws {
        let all = [GrayImage?](repeating: nil, count: 6)
        #expect(try holes("when(1-3,5-,rect:0,0,1,1)", all) == [false, true, true, false, false, true])
        let painter = try painter("when(0-,rect:0,0,1,1)")
        #expect(try painter.paint(frame(1, 1, pts: nil), stream: nil).mask.isEmpty)
    }

    @Test("a folder has a picture for each frame, and the last one stays")
    func folder() throws {
        let pictures = ["d/1": Self.full, "d/2": Self.none, "d/3": Self.full]
        let painter = try painter("frames:d", pictures: pictures, folders: ["d": ["d/1", "d/2", "d/3"]])
        let holes = try (0..<5).map { _ in try !painter.paint(frame(1, 1), stream: nil).mask.isEmpty }
        #expect(holes == [true, false, true, true, true])
    }

    @Test("boxes that the frame carries, by their label, clipped to the frame")
    func objects() throws {
        let objects = [
            FrameObject(label: "person", box: Rectangle(x: 0, y: 0, width: 1, height: 1)),
            FrameObject(label: "car", box: Rectangle(x: 2, y: 1, width: 9, height: 9)),
        ]
        func holes(_ text: String) throws -> [String] {
            rows(try painter(text).paint(frame(4, 2, objects: objects), stream: nil).mask)
        }
        #expect(try holes("roi:person") == ["#...", "...."])
        #expect(try holes("roi:car") == ["....", "..##"])
        #expect(try holes("roi:") == ["#...", "..##"])
        #expect(try holes("roi:dog") == ["....", "...."])
    }

    @Test("the frame's alpha, white where it is opaque; a format without alpha is refused")
    func alpha() throws {
        for format in [PixelFormat.rgba, .bgra, .a420] {
            let layout = FrameLayout(format: format, width: 3, height: 2)
            let picture = MemoryPicture(layout, paddingBytes: 5, seed: 1)
            let samples = try #require(format.alpha)
            for (pixel, alpha) in [UInt8(0), 127, 128, 255, 1, 200].enumerated() {
                let plane = picture.planes[samples.plane]
                let offset = pixel / 3 * plane.strideBytes + pixel % 3 * samples.stepBytes + samples.offsetBytes
                plane.base.storeBytes(of: alpha, toByteOffset: offset, as: UInt8.self)
            }
            let painting = try painter("alpha").paint(
                Frame(layout: layout, pts: nil, duration: nil, storage: picture), stream: nil)
            #expect(rows(painting.mask) == ["..#", "#.#"])
        }
        #expect(throws: FrameError.self) { try painter("alpha").paint(frame(1, 1, format: .rgb), stream: nil) }
    }

    // MARK: Plugins

    @Test("a plugin's mask is joined like any other; where it has none, its last one stays and is told")
    func plugin() throws {
        let full = Mask(width: 1, height: 1, pixels: [1])
        let source = ScriptedSource([nil, full, nil, Mask(width: 1, height: 1)])
        let painter = try painter("plugin:x", plugin: source)
        let paintings = try (0..<4).map { _ in try painter.paint(frame(1, 1), stream: nil) }
        #expect(paintings.map { !$0.mask.isEmpty } == [false, true, true, false])
        #expect(paintings.map(\.isMissingPart) == [true, false, true, false])
        painter.flush()
        #expect(source.flushes == 1)
    }

    @Test("a plugin is asked for every frame, whatever the time")
    func pluginInTime() throws {
        let source = ScriptedSource([nil, nil])
        let painter = try painter("when(1-2,plugin:x)", plugin: source)
        for _ in 0..<2 { _ = try painter.paint(frame(1, 1), stream: nil) }
        #expect(source.answers.isEmpty)
    }
}

/// Gives the masks that it was given.
private final class ScriptedSource: MaskSource {
    var answers: [Mask?]
    var flushes = 0

    init(_ answers: [Mask?]) {
        self.answers = answers
    }

    func mask(of frame: Frame) -> Mask? { answers.removeFirst() }
    func flush() { flushes += 1 }
}
