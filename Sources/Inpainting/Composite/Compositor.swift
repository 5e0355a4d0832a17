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
    /// - Parameters:
    ///   - region: starts on the format's crop alignment.
    ///   - retouch: what is changed of the fill on the way.
    public func composite(
        _ patch: [Plane], at region: Rectangle, into frame: [Plane], alpha: AlphaMask, retouch: Retouch? = nil
    ) {
        let visited = alpha.bounds.intersection(region)
        guard !visited.isEmpty else { return }
        var latest: SampleGrid?
        for (index, component) in layout.format.components.enumerated() {
            let shifts = SampleGrid.Shifts(component)
            let grid = latest.flatMap { $0.shifts == shifts ? $0 : nil } ?? SampleGrid(of: alpha, in: visited, shifts)
            latest = grid
            let change = retouch?.components[index]
            switch component.bytesPerSample {
            case 1: blend(component, patch, at: region, into: frame, grid, change, as: UInt8.self, unusedBits: 0)
            // The format's ten bits are the high ones.
            default: blend(component, patch, at: region, into: frame, grid, change, as: UInt16.self, unusedBits: 6)
            }
        }
    }

    private func blend<Sample: FixedWidthInteger & UnsignedInteger>(
        _ component: PixelFormat.Component, _ patch: [Plane], at region: Rectangle, into frame: [Plane],
        _ grid: SampleGrid, _ change: Retouch.Component?, as _: Sample.Type, unusedBits: Int
    ) {
        let fill = patch[component.plane]
        let picture = frame[component.plane]
        let first = (column: region.x >> component.horizontalShift, row: region.y >> component.verticalShift)
        let columns = grid.bounds.x..<grid.bounds.right
        for row in grid.bounds.y..<grid.bounds.bottom {
            let line = (row - grid.bounds.y) * columns.count
            let alphas = grid.alphas[line..<line + columns.count]
            let source = fill.base + (row - first.row) * fill.strideBytes + component.offsetBytes
            let target = picture.base + row * picture.strideBytes + component.offsetBytes
            for (alpha, column) in zip(alphas, columns) where alpha != 0 {
                var new = source.loadUnaligned(
                    fromByteOffset: (column - first.column) * component.stepBytes, as: Sample.self)
                if let change {
                    new = Sample(truncatingIfNeeded: change.level(Int(new) >> unusedBits, column, row) << unusedBits)
                }
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
