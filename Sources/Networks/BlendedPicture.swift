internal import Kernels

/// A box of a picture that several passes predict: each prediction is cut to whole levels, and blended with those before
/// it half and half.
///
/// Source: the reference's test loop. Deviates: nowhere; the cut before each blend and at the end is the reference's.
public struct BlendedPicture: Sendable {
    public let box: MapBox
    private var levels: [Float] = []

    /// - Parameter box: the part of the picture that is predicted.
    public init(box: MapBox) {
        self.box = box
    }

    /// Blends in a prediction in [−1, 1].
    ///
    /// Shapes: [1, box.height, box.width, 3].
    public mutating func add(_ prediction: Tensor) {
        precondition(prediction.shape == [1, box.height, box.width, 3], "a prediction is of its box")
        let first = levels.isEmpty
        if first { levels = [Float](repeating: 0, count: prediction.count) }
        levels.withUnsafeMutableBufferPointer { PictureKernels.blend(prediction.values, into: $0, first: first) }
    }

    /// Lays what was predicted over a picture.
    ///
    /// Shapes: rgb packed, [H, width, 3].
    public func lay(over rgb: inout [UInt8], width: Int) {
        precondition(levels.count == box.height * box.width * 3, "there is a prediction")
        levels.withUnsafeBufferPointer { levels in
            rgb.withUnsafeMutableBufferPointer { rgb in
                for row in 0..<box.height {
                    let place = ((box.rows.lowerBound + row) * width + box.columns.lowerBound) * 3
                    let size = box.width * 3
                    PictureKernels.cut(
                        UnsafeBufferPointer(rebasing: levels[row * size..<(row + 1) * size]),
                        into: UnsafeMutableBufferPointer(rebasing: rgb[place..<place + size]))
                }
            }
        }
    }
}
