import Inpainting
import Testing

/// Damaged files throw or are read; they never end the process.
@Suite struct WeightDamageTests {
    static let whole = ["tiny.safetensors", "odd.zip.pth", "wide.zip.pth", "odd.stream.pth"]

    @Test("a file cut short anywhere is refused", arguments: whole)
    func truncated(name: String) throws {
        let bytes = try WeightFixtures.bytes(name)
        let steps = stride(from: 0, to: bytes.count, by: max(bytes.count / 300, 1))
        for length in Array(0..<64) + Array(steps) + Array((bytes.count - 64)..<bytes.count) {
            #expect(throws: WeightError.self, "\(length) bytes") {
                try WeightFile(name: name, bytes: Array(bytes[..<length]))
            }
        }
    }

    @Test("flipped bytes are refused or read", arguments: whole + ["evil.stream.pth", "evil.zip.pth"])
    func flipped(name: String) throws {
        let bytes = try WeightFixtures.bytes(name)
        var generator = SplitMix64(state: 20)
        var refused = 0
        let rounds = 1500
        for _ in 0..<rounds {
            var damaged = bytes
            // Where the structure is: the first bytes and the last, as much as everywhere.
            let span = [bytes.count, min(bytes.count, 3000), min(bytes.count, 3000)][
                Int.random(in: 0...2, using: &generator)]
            let fromEnd = Bool.random(using: &generator)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<span, using: &generator)
                damaged[fromEnd ? bytes.count - 1 - place : place] = UInt8.random(in: 0...255, using: &generator)
            }
            do {
                let file = try WeightFile(name: name, bytes: damaged)
                _ = try STTNConfiguration(of: file)
            } catch {
                refused += 1
            }
        }
        #expect(refused > rounds / 20)
    }

    @Test("bytes of no meaning behind a right beginning are refused")
    func noise() throws {
        var generator = SplitMix64(state: 7)
        let beginnings: [[UInt8]] = [
            [0x80, 2], [0x50, 0x4b, 3, 4], [40, 0, 0, 0, 0, 0, 0, 0, UInt8(ascii: "{")], [],
        ]
        for beginning in beginnings {
            for _ in 0..<500 {
                let count = Int.random(in: 0..<600, using: &generator)
                let bytes = beginning + (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
                #expect(throws: WeightError.self) { try WeightFile(name: "noise", bytes: bytes) }
            }
        }
    }
}

/// Steele, Lea, Flood 2014: small, and the same on every machine.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
