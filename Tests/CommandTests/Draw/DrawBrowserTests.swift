import Foundation
import Testing

/// Whether there is a browser to draw with.
private let hasBrowser: Bool = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let isThere = folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/chromium") }
    if !isThere { print("SKIPPED: no chromium on the PATH, which scripts/test installs") }
    return isThere
}()

/// `inpaintd mask draw` as a person sees it: `browser.py` moves the mouse in a headless Chromium.
///
/// Its screenshots stay in the folder that INPAINTD_TEST_SCREENSHOTS names.
@Suite("the page of inpaintd mask draw", .enabled(if: hasBrowser), .timeLimit(.minutes(3)))
struct DrawBrowserTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "browser.py").path

    /// A line of what the script tells, read.
    private struct Told {
        let object: [String: Any]

        init(_ line: Substring) throws {
            object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }

        var name: String? { object["name"] as? String }
        func text(_ key: String) -> String? { object[key] as? String }
        func number(_ key: String) -> Int? { object[key] as? Int }
    }

    /// The pixels that a stroke covers: those whose middles are no further from its way than half of its width.
    private static func stroke(_ ways: [[Int]], diameter: Int) -> Set<Int> {
        pixels { x, y in
            zip(ways, ways.dropFirst()).contains { from, to in
                let (dx, dy) = (Double(to[0] - from[0]), Double(to[1] - from[1]))
                let (px, py) = (Double(x - from[0]), Double(y - from[1]))
                let along = min(max((px * dx + py * dy) / (dx * dx + dy * dy), 0), 1)
                let (ox, oy) = (px - along * dx, py - along * dy)
                return ox * ox + oy * oy <= Double(diameter * diameter) / 4
            }
        }
    }

    private static let rectangle = pixels { x, y in (10..<40).contains(x) && (8..<24).contains(y) }
    /// The triangle 50,6 85,10 70,30 by the sides on which a pixel's middle lies.
    private static let triangle = pixels { x, y in
        let (px, py) = (Double(x) + 0.5, Double(y) + 0.5)
        let corners = [(50.0, 6.0), (85.0, 10.0), (70.0, 30.0)]
        return zip(corners, corners[1...] + corners[..<1]).allSatisfy { from, to in
            (to.0 - from.0) * (py - from.1) - (to.1 - from.1) * (px - from.0) > 0
        }
    }

    @Test(
        "shapes, strokes, fill, save, undo and keys do what a person expects, and the saved mask is right to the pixel")
    func draws() throws {
        try withFolder { folder in
            let (film, output) = ("\(folder)/in.mp4", "\(folder)/m.png")
            try Film.make(film, muxer: "mp4mux", encoder: nil)
            let rig = try DrawRig(film, "--output", output)
            let shots = ProcessInfo.processInfo.environment["INPAINTD_TEST_SCREENSHOTS"] ?? folder
            let browser = try Child(["python3", Self.script, rig.address, shots], input: .open)
            defer {
                browser.send(SIGTERM)
                // It ends its browser before it ends. try? because whatever went wrong was told.
                _ = try? browser.finish()
            }
            var heard = 0
            func next(_ name: String) throws -> Told {
                try browser.wait("to tell of \(name)") { $0.lines.count > heard || $0.isOver }
                let line = try #require(browser.heard.lines.dropFirst(heard).first, "\(browser.heard.words)")
                heard += 1
                let told = try Told(line)
                try #require(told.name == name, "\(line)")
                return told
            }

            let opened = try next("opened")
            #expect(opened.object["size"] as? [Int] == [96, 64] && opened.text("expression") == "")
            #expect((opened.object["names"] as? [String])?.isEmpty == true, "without a name: \(opened.object)")

            let shapes = "rect:10,8,30,16 + poly:50,6,85,10,70,30"
            #expect(try next("shapes").text("expression") == shapes)
            let saved = try next("saved")
            #expect(saved.text("status") == "Saved to \(output)." && saved.text("problem") == "")
            let painted = Self.rectangle.union(Self.triangle)
            #expect(try whites(of: output) == painted)
            try browser.tell("")

            var whole = painted
            let strokes = try #require(try next("strokes").object["strokes"] as? [[String: Any]])
            for stroke in strokes {
                let ways = try #require(stroke["ways"] as? [[Int]])
                let covered = Self.stroke(ways, diameter: try #require(stroke["diameter"] as? Int))
                whole = stroke["erases"] as? Bool == true ? whole.subtracting(covered) : whole.union(covered)
            }
            let filled = try next("filled")
            let changed = Set(try #require(filled.object["changed"] as? [Int]))
            let grown = pixels { x, y in
                whole.contains { max($0 % 96 - x, x - $0 % 96) + max($0 / 96 - y, y - $0 / 96) <= 4 }
            }
            #expect(!changed.isEmpty && changed.isSubset(of: grown) && filled.text("hidden") == "hidden")
            #expect(try next("saved").text("expression") == shapes)
            #expect(try whites(of: output) == whole)
            try browser.tell("")

            let first = try next("undone")
            #expect(first.object["strokes"] as? Bool == true && first.text("expression") == shapes)
            #expect(try next("undone").text("expression") == "rect:10,8,30,16")
            #expect(try next("keyboard").text("expression") == "rect:10,8,30,16 + rect:2,40,6,5")
            let cleared = try next("cleared")
            #expect(cleared.text("expression") == "" && cleared.number("holes") == 0)
            let wrong = try next("wrong")
            #expect(wrong.text("problem")?.contains("column 8 of \"rect:10\"") == true && wrong.number("caret") == 7)
            #expect(wrong.text("invalid") == "true")
            #expect(try next("mended").number("holes") == 30 * 16)
            #expect(try next("again").text("status") == "96 × 64 pixels")
            let over = try next("over")
            #expect((over.object["complaints"] as? [Any])?.isEmpty == true, "\(over.object)")
            #expect((over.object["others"] as? [Any])?.isEmpty == true, "\(over.object)")
            let outcome = try browser.finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            try rig.end()
        }
    }
}
