internal import Kernels

extension Tensor {
    /// A picture as the network takes it: values in [−1, 1], 0 (mid-grey) in the hole.
    ///
    /// Shapes: rgb packed [H, W, 3]; hole [H, W], 1 = hole; the tensor is [1, H, W, 3].
    public static func picture(
        rgb: UnsafeBufferPointer<UInt8>, hole: [UInt8], width: Int, height: Int, from pool: TensorPool? = nil
    ) -> Tensor {
        precondition(hole.count == width * height, "a hole has its picture's size")
        let tensor = Tensor(uninitialized: [1, height, width, 3], from: pool)
        hole.withUnsafeBufferPointer { PictureKernels.read(rgb, hole: $0, into: tensor.mutableValues) }
        return tensor
    }

    /// Pictures whose colours lie in planes, as the network takes them: packed, times (1 − mask).
    ///
    /// Shapes: planes [T, 3, H, W], mask [T, 1, H, W] with 1 = hole; the tensor is [T, H, W, 3].
    public static func pictures(planes: Tensor, hiding mask: Tensor, from pool: TensorPool? = nil) -> Tensor {
        let shape = planes.shape
        precondition(
            shape.count == 4 && shape[1] == 3 && mask.shape == [shape[0], 1, shape[2], shape[3]],
            "a mask has its frames' size")
        let tensor = Tensor(uninitialized: [shape[0], shape[2], shape[3], 3], from: pool)
        for frame in 0..<shape[0] {
            PictureKernels.interleave(planes[frame], hiding: mask[frame], into: tensor.mutablePart(frame))
        }
        return tensor
    }

    /// The colours of packed pictures in planes.
    ///
    /// Shapes: [T, H, W, 3] → [T, 3, H, W].
    public func planes(from pool: TensorPool? = nil) -> Tensor {
        precondition(shape.count == 4 && shape[3] == 3, "pictures have three colours")
        let planes = Tensor(uninitialized: [shape[0], 3, shape[1], shape[2]], from: pool)
        for frame in 0..<shape[0] { PictureKernels.separate(self[frame], into: planes.mutablePart(frame)) }
        return planes
    }

    /// A hole as the network takes it, 1 = hole.
    ///
    /// Shapes: hole [H, W], 0 where there is none; the tensor is [1, 1, H, W].
    public static func mask(hole: [UInt8], width: Int, height: Int, from pool: TensorPool? = nil) -> Tensor {
        precondition(hole.count == width * height, "a hole has its picture's size")
        let tensor = Tensor(uninitialized: [1, 1, height, width], from: pool)
        let values = tensor.mutableValues
        for (index, value) in hole.enumerated() { values[index] = value == 0 ? 0 : 1 }
        return tensor
    }

    /// Every fourth value of every fourth row: a mask at the scale of the network's maps.
    ///
    /// Shapes: [T, 1, H, W] → [T, 1, H/4, W/4].
    /// Source: PyTorch, `interpolate(scale_factor=1/4)`, whose default is the nearest value.
    public func nearestQuarter() -> Tensor {
        let (planes, height, width) = (shape[0] * shape[1], shape[2], shape[3])
        let quarter = Tensor(uninitialized: [shape[0], shape[1], height / 4, width / 4])
        let source = values
        let target = quarter.mutableValues
        var place = 0
        for plane in 0..<planes {
            for y in 0..<height / 4 {
                for x in 0..<width / 4 {
                    target[place] = source[(plane * height + 4 * y) * width + 4 * x]
                    place += 1
                }
            }
        }
        return quarter
    }
}
