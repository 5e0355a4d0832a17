public import Frames

/// Writes fills into frames: fill × alpha + frame × (1 − alpha), a component at a time.
///
/// Where alpha is 0 not a byte is read or written; where it is 1 the fill stands as it is. A chroma sample takes the
/// greatest alpha of the pixels it covers, so that the hole's colour never stays beside it; a pixel just outside the
/// hole that shares the sample shares that colour.
public struct Compositor: Sendable {
    private let layout: FrameLayout

    public init(layout: FrameLayout) {
        self.layout = layout
    }

    /// Lays a region's fill over one part of a frame's hole, as far as it lies in the region.
    ///
    /// Ownership: borrows both pictures. `patch` holds the region alone, in the frame's format; `frame` the whole frame.
    ///
    /// - Parameter region: starts on the format's crop alignment.
    public func composite(_ patch: [Plane], at region: Rectangle, into frame: [Plane], alpha: AlphaMask) {
        let visited = alpha.bounds.intersection(region)
        guard !visited.isEmpty else { return }
        var coverage: Coverage?
        for component in layout.format.components {
            let shifts = Coverage.Shifts(x: component.horizontalShift, y: component.verticalShift)
            let samples =
                coverage.flatMap { $0.shifts == shifts ? $0 : nil } ?? Coverage(of: alpha, in: visited, shifts)
            coverage = samples
            switch component.bytesPerSample {
            case 1: blend(component, patch, at: region, into: frame, samples, as: UInt8.self, unusedBits: 0)
            // The format's ten bits are the high ones.
            default: blend(component, patch, at: region, into: frame, samples, as: UInt16.self, unusedBits: 6)
            }
        }
    }

    private func blend<Sample: FixedWidthInteger & UnsignedInteger>(
        _ component: PixelFormat.Component, _ patch: [Plane], at region: Rectangle, into frame: [Plane],
        _ coverage: Coverage, as _: Sample.Type, unusedBits: Int
    ) {
        let fill = patch[component.plane]
        let picture = frame[component.plane]
        let first = (column: region.x >> component.horizontalShift, row: region.y >> component.verticalShift)
        for (index, row) in coverage.rows.enumerated() {
            let alphas = coverage.alphas[index * coverage.columns.count..<(index + 1) * coverage.columns.count]
            let source = fill.base + (row - first.row) * fill.strideBytes + component.offsetBytes
            let target = picture.base + row * picture.strideBytes + component.offsetBytes
            for (alpha, column) in zip(alphas, coverage.columns) where alpha != 0 {
                let new = source.loadUnaligned(
                    fromByteOffset: (column - first.column) * component.stepBytes, as: Sample.self)
                let place = target + column * component.stepBytes
                guard alpha != 255 else {
                    place.storeBytes(of: new, as: Sample.self)
                    continue
                }
                let old = UInt32(truncatingIfNeeded: place.loadUnaligned(as: Sample.self)) >> unusedBits
                let fresh = UInt32(truncatingIfNeeded: new) >> unusedBits
                let mixed = (fresh * UInt32(alpha) + old * (255 - UInt32(alpha)) + 127) / 255
                place.storeBytes(of: Sample(truncatingIfNeeded: mixed << unusedBits), as: Sample.self)
            }
        }
    }
}

/// The alpha of the samples of a component: of each, the greatest of the pixels it covers.
private struct Coverage {
    struct Shifts: Equatable {
        let x: Int
        let y: Int
    }

    let shifts: Shifts
    let columns: Range<Int>
    let rows: Range<Int>
    /// `rows` × `columns`.
    let alphas: [UInt8]

    /// - Parameter visited: the pixels that count, inside the mask's bounds.
    init(of alpha: AlphaMask, in visited: Rectangle, _ shifts: Shifts) {
        self.shifts = shifts
        columns = visited.x >> shifts.x..<((visited.right - 1) >> shifts.x) + 1
        rows = visited.y >> shifts.y..<((visited.bottom - 1) >> shifts.y) + 1
        var alphas = [UInt8](repeating: 0, count: columns.count * rows.count)
        for y in visited.y..<visited.bottom {
            let line = ((y >> shifts.y) - rows.lowerBound) * columns.count
            let source = (y - alpha.bounds.y) * alpha.bounds.width - alpha.bounds.x
            for x in visited.x..<visited.right {
                let sample = line + (x >> shifts.x) - columns.lowerBound
                alphas[sample] = max(alphas[sample], alpha.values[source + x])
            }
        }
        self.alphas = alphas
    }
}
