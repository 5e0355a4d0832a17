public import Frames

/// Hides parts of frames in their own format: tiles of one colour, a component at a time.
public struct FrameMosaic: Sendable {
    private let layout: FrameLayout
    /// The tiles' side. Units: pixels, a multiple of every component's step.
    private let tile: Int

    /// - Parameter tile: the tiles' least side; nil is a sixteenth of the frame's shorter side, at least 16 pixels.
    public init(layout: FrameLayout, tile: Int? = nil) {
        self.layout = layout
        let least = tile ?? max(16, min(layout.width, layout.height) / 16)
        self.tile = (least + 1) / 2 * 2
    }

    /// Gives every pixel of a box the mean of its tile.
    ///
    /// - Parameter isHidden: whether a pixel is to be hidden; nil is every one. A chroma sample is where any of its
    ///   pixels is.
    ///
    /// Throws: what mapping the frame throws.
    public func hide(_ frame: Frame, in box: Rectangle, where isHidden: ((_ x: Int, _ y: Int) -> Bool)? = nil) throws {
        let box = box.intersection(layout.bounds)
        guard !box.isEmpty else { return }
        try frame.storage.write { planes in
            for component in layout.format.components {
                if component.bytesPerSample == 1 {
                    hide(component, of: planes, in: box, as: UInt8.self, isHidden)
                } else {
                    hide(component, of: planes, in: box, as: UInt16.self, isHidden)
                }
            }
        }
    }

    private func hide<Sample: FixedWidthInteger & UnsignedInteger>(
        _ component: PixelFormat.Component, of planes: [Plane], in box: Rectangle, as _: Sample.Type,
        _ isHidden: ((Int, Int) -> Bool)?
    ) {
        let plane = planes[component.plane]
        let (shiftX, shiftY) = (component.horizontalShift, component.verticalShift)
        let columns = component.columns(ofWidth: layout.width)
        let rows = component.rows(ofHeight: layout.height)
        func place(_ x: Int, _ y: Int) -> UnsafeMutableRawPointer {
            plane.base + y * plane.strideBytes + component.offsetBytes + x * component.stepBytes
        }
        for top in stride(from: box.y / tile * tile, to: box.bottom, by: tile) {
            for left in stride(from: box.x / tile * tile, to: box.right, by: tile) {
                let tileColumns = left >> shiftX..<min((left + tile) >> shiftX, columns)
                let tileRows = top >> shiftY..<min((top + tile) >> shiftY, rows)
                guard !tileColumns.isEmpty, !tileRows.isEmpty else { continue }
                var sum = 0
                for y in tileRows {
                    for x in tileColumns { sum += Int(place(x, y).loadUnaligned(as: Sample.self)) }
                }
                let mean = Sample(sum / (tileColumns.count * tileRows.count))
                for y in tileRows {
                    for x in tileColumns where hides(x << shiftX, y << shiftY, shiftX, shiftY, box, isHidden) {
                        place(x, y).storeBytes(of: mean, as: Sample.self)
                    }
                }
            }
        }
    }

    /// Whether any pixel of a sample is to be hidden.
    private func hides(
        _ x: Int, _ y: Int, _ shiftX: Int, _ shiftY: Int, _ box: Rectangle, _ isHidden: ((Int, Int) -> Bool)?
    ) -> Bool {
        for row in y...min(y + (1 << shiftY) - 1, layout.height - 1) where row >= box.y && row < box.bottom {
            for column in x...min(x + (1 << shiftX) - 1, layout.width - 1) where column >= box.x && column < box.right {
                if isHidden?(column, row) ?? true { return true }
            }
        }
        return false
    }
}
