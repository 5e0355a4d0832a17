import Frames
import Masks
import Testing

@Suite struct MaskExpressionTests {
    private static let files: Set<String> = [
        "logo.png", "my-logo.png", "a+b.png", "a", "it's.png", "two words.png", "dir/x",
    ]

    private func parse(_ text: String) throws -> MaskExpression {
        try MaskExpression(text) { Self.files.contains($0) }
    }

    private func rectangle(
        _ x: MaskRectangle.Length, _ y: MaskRectangle.Length, _ width: MaskRectangle.Length,
        _ height: MaskRectangle.Length
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
            ("", "column 1", "a picture file or rect:x,y,w,h, found the end"),
            ("   ", "column 4", "a picture file"),
            ("rect:1,2,3", "column 11", "',', found the end"),
            ("rect:1,x,3,4", "column 8", "the top edge in pixels or percent, found 'x,3,4'"),
            ("rect:1,2,-3,4", "column 10", "the width"),
            ("rect:1,2,3,", "column 12", "the height in pixels or percent, found the end"),
            ("rect:1,2,3,4 logo.png", "column 14", "'+' or the end, found 'logo.png'"),
            ("rect:1,2,3,4+", "column 14", "a picture file"),
            ("rect:1,2,3,1.2.3", "column 12", "the height"),
            ("+logo.png", "column 1", "a picture file or rect:x,y,w,h, found '+logo.png'"),
            ("'logo.png", "column 10", "a ' that ends the name begun in column 1"),
            ("'a''a'", "column 4", "'+' or the end"),
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
            ("no.png + logo.png", "no.png", 1), ("poly:1,2,3", "poly:1,2,3", 1),
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
        #expect(try parse(terms).picturePaths.count == 256)
        let error = #expect(throws: FrameError.self) { try parse(terms + "+a") }
        #expect(error?.code == .badSetting)
        #expect(error?.detail.contains("256") == true)
    }

    @Test("an error is one line, whatever the text holds")
    func oneLine() {
        let error = #expect(throws: FrameError.self) { try parse("no\n\u{1b}[31m.png") }
        #expect(error?.detail.contains("no\\n\\u{1B}[31m.png") == true, "\(error?.detail ?? "")")
    }
}
