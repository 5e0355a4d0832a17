internal import CKernels

/// The way between packed RGB bytes, packed values in [−1, 1], and planes of these.
///
/// Shapes: rgb, values and levels [pixels, 3], hole and mask [pixels], planes [3, pixels].
public enum PictureKernels {
    /// A picture as values in [−1, 1], with 0 (mid-grey) in the hole.
    public static func read(
        _ rgb: UnsafeBufferPointer<UInt8>, hole: UnsafeBufferPointer<UInt8>,
        into values: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(rgb.count == 3 * hole.count && values.count == rgb.count, "a picture, its hole and values agree")
        guard let rgb = rgb.baseAddress, let mask = hole.baseAddress, let target = values.baseAddress else { return }
        inpaintd_values_from_rgb(rgb, mask, hole.count, target)
    }

    /// Cuts values in [−1, 1] to whole levels 0 … 255 and stores them, or blends them half and half with what is there.
    public static func blend(
        _ values: UnsafeBufferPointer<Float>, into levels: UnsafeMutableBufferPointer<Float>, first: Bool
    ) {
        precondition(values.count == levels.count, "values and levels agree")
        guard let source = values.baseAddress, let target = levels.baseAddress else { return }
        inpaintd_blend_levels(source, values.count, first ? 1 : 0, target)
    }

    /// Cuts levels to bytes.
    public static func cut(_ levels: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableBufferPointer<UInt8>) {
        precondition(levels.count == bytes.count, "levels and bytes agree")
        guard let source = levels.baseAddress, let target = bytes.baseAddress else { return }
        inpaintd_bytes_from_levels(source, levels.count, target)
    }

    /// values = planes · (1 − mask), packed.
    public static func interleave(
        _ planes: UnsafeBufferPointer<Float>, hiding mask: UnsafeBufferPointer<Float>,
        into values: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(planes.count == 3 * mask.count && values.count == planes.count, "planes and their mask agree")
        guard let source = planes.baseAddress, let mask = mask.baseAddress, let target = values.baseAddress
        else { return }
        inpaintd_interleave_visible(source, mask, values.count / 3, target)
    }

    /// Takes packed values apart.
    public static func separate(
        _ values: UnsafeBufferPointer<Float>, into planes: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(values.count == planes.count && values.count % 3 == 0, "values and planes agree")
        guard let source = values.baseAddress, let target = planes.baseAddress else { return }
        inpaintd_separate(source, values.count / 3, target)
    }
}
