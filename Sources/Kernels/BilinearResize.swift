internal import CKernels

/// A bilinear resize of maps whose corners stay aligned: sample i comes from i · (size − 1) / (resized − 1).
///
/// Source: PyTorch, `interpolate(mode='bilinear', align_corners=True)`, its single-precision positions included.
public struct BilinearResize: Sendable {
    private let rowTaps: [inpaintd_tap]
    private let columnTaps: [inpaintd_tap]

    /// Rows and columns of a map of twice the given sides, from a part of the map that begins at `origin`.
    public init(
        height: Int, width: Int, rows: Range<Int>, columns: Range<Int>, from origin: (row: Int, column: Int)
    ) {
        rowTaps = Self.taps(from: height, to: 2 * height, rows, origin: origin.row)
        columnTaps = Self.taps(from: width, to: 2 * width, columns, origin: origin.column)
    }

    /// The samples that samples `range` of a resized side are mixed from.
    public static func source(of range: Range<Int>, size: Int, resized: Int) -> Range<Int> {
        let taps = taps(from: size, to: resized, range, origin: 0)
        guard let first = taps.first, let last = taps.last else { return 0..<0 }
        return Int(first.left)..<Int(last.right) + 1
    }

    /// Lines of the resized map, and lines that a map needs to have for them.
    var resizedHeight: Int { rowTaps.count }
    var resizedWidth: Int { columnTaps.count }
    var neededHeight: Int { rowTaps.last.map { Int($0.right) + 1 } ?? 0 }
    var neededWidth: Int { columnTaps.last.map { Int($0.right) + 1 } ?? 0 }

    /// Writes row `row` of those planned for.
    ///
    /// Shapes: map [H, width, channels], the part that is given; output [columns, channels].
    public func writeRow(
        _ row: Int, of map: UnsafeBufferPointer<Float>, width: Int, channels: Int,
        into output: UnsafeMutableBufferPointer<Float>, at level: KernelLevel
    ) {
        let tap = rowTaps[row]
        precondition(
            width >= neededWidth && map.count >= (Int(tap.right) + 1) * width * channels
                && output.count == columnTaps.count * channels,
            "a map has the size that was planned for")
        guard let map = map.baseAddress, let target = output.baseAddress else { return }
        columnTaps.withUnsafeBufferPointer { taps in
            var native = inpaintd_resized_row(
                map: map, width: width, channels: channels, row_tap: tap, column_taps: taps.baseAddress,
                columns: taps.count, output: target)
            level.kernels.resize_row(&native)
        }
    }

    func withTaps(_ body: (_ rows: UnsafePointer<inpaintd_tap>?, _ columns: UnsafePointer<inpaintd_tap>?) -> Void) {
        rowTaps.withUnsafeBufferPointer { rows in
            columnTaps.withUnsafeBufferPointer { body(rows.baseAddress, $0.baseAddress) }
        }
    }

    /// The taps of some samples, counted from `origin`.
    private static func taps(from size: Int, to resized: Int, _ range: Range<Int>, origin: Int) -> [inpaintd_tap] {
        precondition(range.lowerBound >= 0 && range.upperBound <= resized, "samples lie in the resized side")
        return [inpaintd_tap](unsafeUninitializedCapacity: range.count) { buffer, count in
            if let base = buffer.baseAddress {
                inpaintd_aligned_taps(size, resized, range.lowerBound, range.count, origin, base)
            }
            count = range.count
        }
    }
}
