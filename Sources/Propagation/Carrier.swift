/// Takes colours that other frames saw for pixels of a hole, where the ring round it speaks for them.
///
/// The ring's truth is known: there, what is carried is measured against a smooth fill, both made as if the ring had been
/// hidden with the hole.
struct Carrier {
    // A carried pixel is taken where the squares of its misses are below those of `share` times a smooth fill's misses,
    // less those of `margin`. Units: steps of 8 bits, but for the shares.
    private static let share: Float = 0.9
    /// The share where the pixel of the frame before was taken too: a choice stays.
    private static let stayingShare: Float = 1
    private static let margin: Float = 3
    /// Steps into the hole for which the ring speaks fully, what the shares lose with each step beyond, and their least.
    private static let ringSpeaks: Int32 = 12
    private static let loss: Float = 0.02
    private static let leastShare: Float = 0.3

    private var agreement: RingAgreement
    private var wasTaken: [Bool]

    init(width: Int, height: Int) {
        agreement = RingAgreement(width: width, height: height)
        wasTaken = [Bool](repeating: false, count: width * height)
    }

    /// Whether the ring near a pixel of the last hole says that it moved as the motion had it.
    func trustsMotion(at pixel: Int) -> Bool {
        agreement.misses(near: pixel).map { $0.carried < Self.share * Self.share * $0.smooth } ?? false
    }

    /// Writes what was seen into the hole's pixels of `filled` that are left, and takes them from `left`.
    ///
    /// - Parameters:
    ///   - picture: the frame as it came, of which the ring is looked at.
    ///   - smooth: the same with hole and ring filled smoothly.
    ///   - frames: those that saw it, the nearest one last.
    ///   - motion: where a pixel was in the nearest one; nil where that is not known.
    mutating func carry(
        into filled: inout [UInt8], left: inout [UInt8], of picture: [UInt8], _ smooth: [UInt8], _ hidden: HiddenPixels,
        from frames: SeenFrames, along motion: AffineMotion?
    ) {
        measureRing(of: picture, smooth, hidden, from: frames, along: motion)
        var isTaken = [Bool](repeating: false, count: wasTaken.count)
        let pixels = hidden.holePixels.filter { left[$0] != 0 && isBetterCarried($0, depth: hidden.depths[$0]) }
        for (pixel, color) in zip(pixels, frames.colors(of: pixels, along: motion, behind: .hole)) {
            guard let color else { continue }
            filled.setColor(color, at: pixel)
            left[pixel] = 0
            isTaken[pixel] = true
        }
        wasTaken = isTaken
    }

    /// Forgets what was taken: another scene follows.
    mutating func reset() {
        for pixel in wasTaken.indices { wasTaken[pixel] = false }
    }

    private func isBetterCarried(_ pixel: Int, depth: Int32) -> Bool {
        guard let miss = agreement.misses(near: pixel) else { return false }
        let share = wasTaken[pixel] ? Self.stayingShare : Self.share
        let lost = Self.loss * Float(max(0, depth - Self.ringSpeaks))
        let part = max(share - lost, Self.leastShare)
        return miss.carried < part * part * miss.smooth - Self.margin * Self.margin
    }

    private mutating func measureRing(
        of picture: [UInt8], _ smooth: [UInt8], _ hidden: HiddenPixels, from frames: SeenFrames,
        along motion: AffineMotion?
    ) {
        var ring: [Int] = []
        var misses: [(carried: Int64, smooth: Int64)] = []
        let colors = frames.colors(of: hidden.ringPixels, along: motion, behind: .ring)
        for (pixel, color) in zip(hidden.ringPixels, colors) {
            guard let color else { continue }
            ring.append(pixel)
            let truth = picture.color(at: pixel)
            misses.append((Self.squares(color, truth), Self.squares(smooth.color(at: pixel), truth)))
        }
        agreement.measure(ring, misses: misses)
    }

    private static func squares(_ one: SIMD3<UInt8>, _ other: SIMD3<UInt8>) -> Int64 {
        let difference = SIMD3<Int32>(truncatingIfNeeded: one) &- SIMD3<Int32>(truncatingIfNeeded: other)
        return Int64((difference &* difference).wrappedSum())
    }
}
