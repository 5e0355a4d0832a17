internal import ClassicalFill
internal import Inpainting

/// A window whose fills lean on the pixels at the hole's sides.
final class LeaningWindow: RegionWindow {
    private let window: any RegionWindow
    private let size: NetworkSize
    /// What is on its way.
    private var sent: [(picture: [UInt8], hole: [UInt8])] = []

    init(_ window: any RegionWindow, size: NetworkSize) {
        (self.window, self.size) = (window, size)
    }

    func send(picture: UnsafeRawBufferPointer, hole: [UInt8]) {
        sent.append((Array(picture), hole))
        window.send(picture: picture, hole: hole)
    }

    func nextFill() -> [UInt8]?? {
        guard let next = window.nextFill() else { return nil }
        let (picture, hole) = sent.removeFirst()
        guard var fill = next else { return .some(nil) }
        SideBlend.blend(&fill, over: picture, hole: hole, width: size.width)
        return fill
    }

    func drain() {
        window.drain()
    }
}
