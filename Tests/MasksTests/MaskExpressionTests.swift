import Frames
import Masks
import Testing

@Suite struct MaskExpressionTests {
    private static let files: Set<String> = [
        "logo.png", "my-logo.png", "a+b.png", "a", "it's.png", "two words.png", "dir/x",
    ]

    private func parse(_ text: String) throws -> MaskExpression {
        try MaskExpression(text, fileExists: Self.files.contains, folderExists: { $0 == "masks" })
    }

    private func rectangle(
        _ x: MaskLength, _ y: MaskLength, _ width: MaskLength, _ height: MaskLength
    ) -> MaskExpression {
        .rectangle(MaskRectangle(x: x, y: y, width: width, height: height))
    }

    @Test(
        "a name that exists as a file is that file, operators in it or not",
        arguments: ["logo.png", "my-logo.png", "a+b.png", "two words.png", "it's.png"])
    func bareNames(name: String) throws {
        #expect(try parse(name) == .picture(path: name))
        #expect(try parse("  \(name) ") == .picture(path: name))
        #expect(try parse("'two words.png' + \(name)") == .union(.picture(path: "two words.png"), .picture(path: name)))
    }

    @Test("the longest name that exists wins, and an operator counts once a term is complete")
    func longestName() throws {
        #expect(try parse("a+b.png") == .picture(path: "a+b.png"))
        #expect(try parse("a+logo.png") == .union(.picture(path: "a"), .picture(path: "logo.png")))
        #expect(try parse("a+a+b.png") == .union(.picture(path: "a"), .picture(path: "a+b.png")))
        #expect(try parse("'a'+'dir/x'") == .union(.picture(path: "a"), .picture(path: "dir/x")))
    }

    @Test("a rectangle mixes pixels and percent")
    func rectangles() throws {
        #expect(
            try parse("rect:10,20.5%,3,4%")
                == rectangle(.pixels(10), .percent(20.5), .pixels(3), .percent(4)))
        #expect(try parse("rect: -5 , -1% , 3 , 4 ") == rectangle(.pixels(-5), .percent(-1), .pixels(3), .pixels(4)))
        #expect(
            try parse("logo.png + rect:1,2,3,4+a")
                == .union(
                    .union(.picture(path: "logo.png"), rectangle(.pixels(1), .pixels(2), .pixels(3), .pixels(4))),
                    .picture(path: "a")))
    }

    @Test(
        "an error shows the column and what was expected there",
        arguments: [
            ("", "column 1", "a picture file, a shape such as rect:x,y,w,h, or another mask, found the end"),
            ("   ", "column 4", "a picture file"),
            ("rect:1,2,3", "column 11", "',', found the end"),
            ("rect:1,x,3,4", "column 8", "the top edge in pixels or percent, found 'x,3,4'"),
            ("rect:1,2,-3,4", "column 10", "the width"),
            ("rect:1,2,3,", "column 12", "the height in pixels or percent, found the end"),
            ("rect:1,2,3,4 logo.png", "column 14", "'+', '-', '&' or the end, found 'logo.png'"),
            ("rect:1,2,3,4+", "column 14", "a picture file"),
            ("rect:1,2,3,1.2.3", "column 12", "the height"),
            (
                "+logo.png", "column 1",
                "a picture file, a shape such as rect:x,y,w,h, or another mask, found '+logo.png'"
            ),
            ("'logo.png", "column 10", "a ' that ends the name begun in column 1"),
            ("'a''a'", "column 4", "'+', '-', '&' or the end"),
        ])
    func errors(text: String, column: String, expectation: String) {
        let error = #expect(throws: FrameError.self) { try parse(text) }
        #expect(error?.code == .badSetting)
        #expect(error?.detail.contains(column + " of ") == true, "\(error?.detail ?? "")")
        #expect(error?.detail.contains(expectation) == true, "\(error?.detail ?? "")")
    }

    @Test(
        "a file that is not there is named",
        arguments: [
            ("no.png", "no.png", 1), ("logo.png + no.png", "no.png", 12), ("'no.png'", "no.png", 2),
            ("no.png + logo.png", "no.png", 1), ("circle:1,2,3", "circle:1,2,3", 1), ("no-logo.png", "no-logo.png", 1),
            ("file:no.png", "no.png", 6), ("frames:no", "no", 8), ("grow(no.png,2)", "no.png,2", 6),
        ])
    func missingFiles(text: String, name: String, column: Int) {
        let error = #expect(throws: FrameError.self) { try parse(text) }
        #expect(error?.code == .notFound)
        #expect(error?.subject == name)
        #expect(error?.detail.contains("column \(column) of ") == true, "\(error?.detail ?? "")")
    }

    @Test("a text of operators costs no more looks at the disk than a name has bytes, and none is longer than a name")
    func looks() throws {
        var looks: [Int] = []
        #expect(throws: FrameError.self) {
            try MaskExpression("rect:0,0,1,1" + String(repeating: "+", count: 60_000)) { name in
                looks.append(name.utf8.count)
                return false
            }
        }
        #expect(looks.count <= 2 * 4096)
        #expect(looks.allSatisfy { $0 <= 4096 })
    }

    @Test("256 terms are taken, and not one more")
    func mostTerms() throws {
        let terms = [String](repeating: "a", count: 256).joined(separator: "+")
        #expect(try parse(terms).paths.count == 256)
        let error = #expect(throws: FrameError.self) { try parse(terms + "+a") }
        #expect(error?.code == .badSetting)
        #expect(error?.detail.contains("256") == true)
    }

    // MARK: The rest of the language

    private static let a = MaskExpression.picture(path: "a")

    @Test("operators join from left to right, brackets first")
    func operators() throws {
        let logo = MaskExpression.picture(path: "logo.png")
        #expect(
            try parse("a + logo.png - a & logo.png")
                == .intersection(.difference(.union(Self.a, logo), Self.a), logo))
        #expect(try parse("a-(logo.png & a)") == .difference(Self.a, .intersection(logo, Self.a)))
        #expect(try parse("my-logo.png-a") == .difference(.picture(path: "my-logo.png"), Self.a))
        #expect(try parse("((a))") == Self.a)
    }

    @Test("streams, alpha, labels, folders and drawings")
    func others() throws {
        #expect(try parse("stream-a") == .difference(.stream, Self.a))
        #expect(try parse("alpha & roi:person") == .intersection(.alpha, .objects(label: "person")))
        #expect(try parse("roi:'two words'+roi:") == .union(.objects(label: "two words"), .objects(label: "")))
        #expect(try parse("frames:masks") == .pictures(folder: "masks"))
        #expect(try parse("svg:dir/x+file:a") == .union(.drawing(path: "dir/x"), Self.a))
        #expect(try parse("grow(stream, 8)") == .grown(.stream, by: 8))
        #expect(try parse("shrink(hold(alpha,6),2)") == .shrunk(.held(.alpha, frames: 6), by: 2))
        #expect(try parse("delay(a+stream,250)") == .delayed(.union(Self.a, .stream), frames: 250))
        #expect(try parse("grow(poly:0,0,9,0,9,9,8)") == .grown(triangle, by: 8))
    }

    private var triangle: MaskExpression {
        .polygon(MaskPolygon([(0, 0), (9, 0), (9, 9)].map { .init(x: .pixels($0), y: .pixels($1)) }))
    }

    @Test("a plugin has a name and settings; what follows an & is one only with an equals sign")
    func plugins() throws {
        let plain = MaskExpression.plugin(PluginCall(name: "mask-logo"))
        #expect(try parse("plugin:mask-logo") == plain)
        #expect(try parse("plugin:mask-logo & a") == .intersection(plain, Self.a))
        let set = PluginCall(name: "x", settings: ["low": "-1.5", "word": "a+b & c", "z": ""])
        #expect(try parse("plugin:x?low=-1.5&word='a+b & c'&z=") == .plugin(set))
        #expect(
            try parse("plugin:x?k=1&a") == .intersection(.plugin(PluginCall(name: "x", settings: ["k": "1"])), Self.a))
        #expect(try PluginCall("fill-pixelate?tile=8") == PluginCall(name: "fill-pixelate", settings: ["tile": "8"]))
        #expect(throws: FrameError.self) { try PluginCall("a b") }
    }

    @Test("times are hours, minutes and seconds, or seconds alone")
    func times() throws {
        func seconds(_ start: Double, _ end: Double?) -> MaskSpan {
            MaskSpan(
                start: Timestamp(nanoseconds: UInt64(start * 1e9)),
                end: end.map { Timestamp(nanoseconds: UInt64($0 * 1e9)) })
        }
        #expect(try parse("when(00:10-00:25,a)") == .during([seconds(10, 25)], Self.a))
        #expect(
            try parse("when(1:00:00-, 90-95.5 , a+a)")
                == .during([seconds(3600, nil), seconds(90, 95.5)], .union(Self.a, Self.a)))
    }

    @Test(
        "what is wrong in the rest is shown with its column too",
        arguments: [
            ("(a", "column 3", "'+', '-', '&' or ')', found the end"),
            ("grow(a)", "column 7", "','"),
            ("grow(a,x)", "column 8", "a number of pixels up to 250"),
            ("hold(a,251)", "column 8", "a number of frames up to 250"),
            ("poly:1,2,3,4,5", "column 15", "','"),
            ("poly:1,2,3,y", "column 12", "a corner's y in pixels or percent"),
            ("when(x,a)", "column 6", "a part of the time, such as 00:10-00:25"),
            ("when(25-10,a)", "column 6", "a part of the time"),
            ("plugin:", "column 8", "the name of a plugin"),
            ("plugin:x?", "column 10", "a setting, such as key=value"),
            ("plugin:x?a=1&a=2", "column 17", "each setting once"),
            (String(repeating: "(", count: 33) + "a", "column 33", "more than 32 brackets"),
            (String(repeating: "grow(", count: 33) + "a", "column 166", "at most 32 functions"),
        ])
    func laterErrors(text: String, column: String, expectation: String) {
        let error = #expect(throws: FrameError.self) { try parse(text) }
        #expect(error?.detail.contains(column + " ") == true, "\(error?.detail ?? "")")
        #expect(error?.detail.contains(expectation) == true, "\(error?.detail ?? "")")
    }

    @Test("an error is one line, whatever the text holds")
    func oneLine() {
        let error = #expect(throws: FrameError.self) { try parse("no\n\u{1b}[31m.png") }
        #expect(error?.detail.contains("no\\n\\u{1B}[31m.png") == true, "\(error?.detail ?? "")")
    }
}
