import Testing

import Evaluation

@Suite struct SHA256Tests {
    /// FIPS 180-4's examples, and hashlib's of lengths round a block.
    @Test("a text has the digest that the standard says")
    func vectors() {
        func digest(_ bytes: [UInt8]) -> String {
            var hash = SHA256()
            hash.add(bytes)
            return hash.finish().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        #expect(digest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(digest(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
