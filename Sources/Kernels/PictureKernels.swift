internal import CKernels

/// The way between packed RGB bytes and planes in [−1, 1].
///
/// Shapes: rgb and levels [pixels, 3], hole [pixels], planes [3, pixels].
public enum PictureKernels {
    /// Spreads a picture over planes in [−1, 1], with 0 (mid-grey) in the hole.
    public static func spread(
        _ rgb: UnsafeBufferPointer<UInt8>, hole: UnsafeBufferPointer<UInt8>,
        into planes: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(rgb.count == 3 * hole.count && planes.count == rgb.count, "a picture, its hole and planes agree")
        guard let rgb = rgb.baseAddress, let mask = hole.baseAddress, let target = planes.baseAddress else { return }
        inpaintd_planes_from_rgb(rgb, mask, hole.count, target)
    }

    /// Cuts planes in [−1, 1] to whole levels 0 … 255 and stores them, or blends them half and half with what is there.
    public static func blend(
        _ planes: UnsafeBufferPointer<Float>, into levels: UnsafeMutableBufferPointer<Float>, first: Bool
    ) {
        precondition(planes.count == levels.count && planes.count % 3 == 0, "planes and levels agree")
        guard let source = planes.baseAddress, let target = levels.baseAddress else { return }
        inpaintd_blend_levels(source, planes.count / 3, first ? 1 : 0, target)
    }

    /// Cuts levels to bytes.
    public static func cut(_ levels: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableBufferPointer<UInt8>) {
        precondition(levels.count == bytes.count, "levels and bytes agree")
        guard let source = levels.baseAddress, let target = bytes.baseAddress else { return }
        inpaintd_bytes_from_levels(source, levels.count, target)
    }

    /// output = values · (1 − mask).
    public static func hide(
        _ mask: UnsafeBufferPointer<Float>, of values: UnsafeBufferPointer<Float>,
        into output: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(values.count == mask.count && output.count == mask.count, "values and their mask agree")
        guard let source = values.baseAddress, let mask = mask.baseAddress, let target = output.baseAddress
        else { return }
        inpaintd_multiply_visible(source, mask, values.count, target)
    }
}
