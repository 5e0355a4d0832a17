import Frames
import Testing

import Evaluation

@Suite struct ProtocolMaskTests {
    @Test("the boxes are the protocol's, and keep their proportions")
    func boxes() {
        #expect(
            ProtocolMask.logo.stationary(width: 432, height: 240)?.bounds
                == Rectangle(x: 344, y: 16, width: 72, height: 32))
        #expect(
            ProtocolMask.subtitle.stationary(width: 432, height: 240)?.bounds
                == Rectangle(x: 76, y: 196, width: 280, height: 28))
        #expect(
            ProtocolMask.centre.stationary(width: 432, height: 240)?.bounds
                == Rectangle(x: 162, y: 90, width: 108, height: 60))
        #expect(
            ProtocolMask.logo.stationary(width: 864, height: 480)?.bounds
                == Rectangle(x: 688, y: 32, width: 144, height: 64))
        // 344/432, 416/432, 16/240 and 48/240 of 101×51.
        #expect(
            ProtocolMask.logo.stationary(width: 101, height: 51)?.bounds
                == Rectangle(x: 80, y: 3, width: 17, height: 7))
        #expect(ProtocolMask.moving.stationary(width: 432, height: 240) == nil)
    }

    @Test("a clip borrows the masks of the next one that has some, and never its own")
    func lender() {
        #expect(ProtocolMask.lender(for: "b", among: ["a", "b", "d"]) == "d")
        #expect(ProtocolMask.lender(for: "d", among: ["a", "b", "d"]) == "a")
        #expect(ProtocolMask.lender(for: "a", among: ["a"]) == nil)
        #expect(ProtocolMask.lender(for: "b", among: ["a"]) == "a")
        #expect(ProtocolMask.lender(for: "a", among: []) == nil)
    }

    /// hashlib's of numpy's `packbits`: [[1,0,0,0,0,0,0,0,1],[0,1,0,0,0,0,0,0,0]] as 9×1, frame by frame.
    @Test("the digest is that of the packed bits, frame by frame")
    func digest() {
        var digest = MaskDigest()
        digest.add(Mask(width: 9, height: 1, pixels: [1, 0, 0, 0, 0, 0, 0, 0, 1]))
        digest.add(Mask(width: 9, height: 1, pixels: [0, 1, 0, 0, 0, 0, 0, 0, 0]))
        #expect(digest.finish() == "8ee532fb69350ab71c11360317603b5193ec3ef886cecc4386ed09e48593b8a5")
    }
}
