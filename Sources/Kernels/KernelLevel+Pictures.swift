internal import CKernels

extension KernelLevel {
    /// Makes some rows of a picture: leaky(weights ∗ map + bias), where leaky(x) is x for x > 0 and `slope` · x
    /// elsewhere.
    ///
    /// Shapes: map [H, W, C]; weights [k, 3, k × C], a row of the window and in it each output's taps; bias [3];
    /// picture [rows.count, output width, 3]. C is a multiple of 16.
    public func makePicture(
        _ window: SlidingWindow, of map: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>,
        bias: UnsafeBufferPointer<Float>, slope: Float, rows: Range<Int>,
        into picture: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(window.channels.isMultiple(of: PackedMatrix.columnGroup), "a vector is all channels")
        precondition(map.count >= window.channels * window.height * window.width, "a window's map is whole")
        precondition(weights.count == 3 * window.depth && bias.count == 3, "a picture has three outputs")
        precondition(rows.lowerBound >= 0 && rows.upperBound <= window.outputHeight, "rows lie in the output")
        precondition(picture.count >= 3 * rows.count * window.outputWidth, "a picture has its room")
        guard let source = map.baseAddress, let weights = weights.baseAddress, let bias = bias.baseAddress,
            let target = picture.baseAddress
        else { return }
        var native = inpaintd_picture(
            window: window.native, map: source, weights: weights, bias: bias, slope: slope, first_row: rows.lowerBound,
            rows: rows.count, picture: target)
        kernels.picture(&native)
    }

    /// values = tanh(values), as exact as numbers near 1 are.
    public func tanh(_ values: UnsafeMutableBufferPointer<Float>) {
        guard let base = values.baseAddress else { return }
        kernels.tanh(base, values.count)
    }
}
