import Foundation
import MediaGraph
import Testing

/// A folder of its own for one test.
private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "inpaintd-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
        // A folder that cannot be removed is no failure of what was tested.
        try? FileManager.default.removeItem(at: folder)
    }
    try body(folder.path)
}

@Suite("Files that are written one after the other")
struct FileSequenceTests {
    /// Noon of a day, by the clock on this machine's wall.
    private static let noon: FileNamePattern.Moment = {
        var fields = tm(
            tm_sec: 9, tm_min: 30, tm_hour: 12, tm_mday: 5, tm_mon: 2, tm_year: 126, tm_wday: 0, tm_yday: 0,
            tm_isdst: -1, tm_gmtoff: 0, tm_zone: nil)
        return FileNamePattern.Moment(seconds: mktime(&fields))
    }()

    private func pattern(_ path: String) throws -> FileNamePattern { try FileNamePattern(path, of: "files") }

    @Test(
        "a name holds the time, a number, or a percent sign",
        arguments: [
            ("/r/cam-%Y%m%d-%H%M%S.mkv", "/r/cam-20260305-123009.mkv"), ("%Y-%m-%d.mkv", "2026-03-05.mkv"),
            ("part%05d.mkv", "part00007.mkv"), ("part%d.mkv", "part7.mkv"), ("%H-%05d.ts", "12-00007.ts"),
            ("100%%.mkv", "100%.mkv"), ("plain.mkv", "plain.mkv"), ("ü %Y !.mkv", "ü 2026 !.mkv"),
        ])
    func names(text: String, name: String) throws {
        #expect(try pattern(text).path(number: 7, at: Self.noon) == name)
    }

    @Test(
        "a percent sign that stands for nothing is refused, and one in a folder's name",
        arguments: ["%q.mkv", "a%", "%5Y.mkv", "%999999999999d", "%s%n.mkv", "/r/%Y/a.mkv", "%5%"])
    func refusals(text: String) {
        #expect(throws: PipelineError.self) { try pattern(text) }
    }

    @Test("what is left for printf is the number alone")
    func formatString() throws {
        #expect(try pattern("/a/%Y-%05d 1%%.ts").formatString(at: Self.noon) == "/a/2026-%05d 1%%.ts")
        #expect(try pattern("/a/s%d.ts").formatString(at: Self.noon) == "/a/s%d.ts")
    }

    @Test("only names of the pattern are taken for its files")
    func matching() throws {
        let times = try pattern("/r/cam-%Y%m%d-%H%M%S.mkv")
        #expect(times.number(inName: "cam-20260305-123009.mkv") == 0)
        #expect(times.number(inName: "cam-20260305-123009-2.mkv") == 0)
        for stranger in ["cam2-20260305-123009.mkv", "cam-20260305-123009.mp4", "cam-notes.mkv", "cam-20260305.mkv"] {
            #expect(times.number(inName: stranger) == nil, "\(stranger)")
        }
        let numbers = try pattern("part%05d.mkv")
        #expect(numbers.number(inName: "part00041.mkv") == 41 && numbers.number(inName: "part123456.mkv") == 123_456)
        #expect(numbers.number(inName: "part41.mkv") == nil && numbers.number(inName: "part.mkv") == nil)
    }

    @Test("no file is overwritten: numbers go on, and a name that is taken gets another end")
    func neverOverwritten() throws {
        try withFolder { folder in
            func make(_ sequence: FileSequence) throws -> String {
                let path = sequence.next(at: Self.noon)
                #expect(!FileManager.default.fileExists(atPath: path))
                try Data().write(to: URL(filePath: path))
                return String(path.dropFirst(folder.count + 1))
            }
            let numbers = try pattern("\(folder)/part%03d.mkv")
            let first = FileSequence(numbers)
            #expect(try [make(first), make(first)] == ["part000.mkv", "part001.mkv"])
            try Data().write(to: URL(filePath: "\(folder)/part017.mkv"))
            #expect(try make(FileSequence(numbers)) == "part018.mkv")
            #expect(try make(FileSequence(numbers, startingAt: 100)) == "part100.mkv")

            let times = FileSequence(try pattern("\(folder)/%H%M.mkv"))
            #expect(try [make(times), make(times), make(times)] == ["1230.mkv", "1230-2.mkv", "1230-3.mkv"])
            let plain = FileSequence(try pattern("\(folder)/film.mkv"))
            #expect(try [make(plain), make(plain)] == ["film.mkv", "film-2.mkv"])
        }
    }

    @Test("the oldest files go, those of earlier runs too, and nothing else does")
    func kept() throws {
        try withFolder { folder in
            for (age, name) in ["s-1.mkv", "s-2.mkv", "s-3.mkv", "other.mkv", "s-4.mkv"].enumerated() {
                let path = "\(folder)/\(name)"
                try Data().write(to: URL(filePath: path))
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: Double(1000 + age))], ofItemAtPath: path)
            }
            try FileManager.default.createDirectory(atPath: "\(folder)/s-9.mkv", withIntermediateDirectories: false)
            let next = FileSequence(try pattern("\(folder)/s-%d.mkv")).next(keeping: 3)
            #expect(next == "\(folder)/s-5.mkv")
            let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(left == ["other.mkv", "s-3.mkv", "s-4.mkv", "s-9.mkv"])
        }
    }
}
