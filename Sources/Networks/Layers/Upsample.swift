internal import Kernels

/// Doubles both sides of a map, bilinearly, with the corners kept in place.
///
/// Shapes: [T, C, H, W] → [T, C, 2H, 2W].
public struct Upsample: Sendable {
    public init() {}

    public func callAsFunction(_ input: Tensor, on workspace: Workspace) -> Tensor {
        precondition(input.shape.count == 4, "a map has four sides")
        let (frames, channels, height, width) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3])
        let output = workspace.tensor(frames, channels, 2 * height, 2 * width)
        guard output.count > 0 else { return output }
        let resize = BilinearResize(width: width, height: height, resizedWidth: 2 * width, resizedHeight: 2 * height)
        let size = height * width
        workspace.run(frames * channels, scratch: width) { plane, row in
            resize(
                UnsafeBufferPointer(rebasing: input.values[plane * size..<(plane + 1) * size]),
                into: UnsafeMutableBufferPointer(
                    rebasing: output.mutableValues[plane * 4 * size..<(plane + 1) * 4 * size]),
                row: row)
        }
        return output
    }
}
