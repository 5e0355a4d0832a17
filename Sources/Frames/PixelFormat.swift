/// The raw video formats the stage takes, under GStreamer's names.
public enum PixelFormat: String, CaseIterable, Sendable {
    case i420 = "I420"
    case a420 = "A420"
    case nv12 = "NV12"
    case yuy2 = "YUY2"
    case rgb = "RGB"
    case bgr = "BGR"
    case rgba = "RGBA"
    case bgra = "BGRA"
    case rgbx = "RGBx"
    case bgrx = "BGRx"
    case gray8 = "GRAY8"
    case p010 = "P010_10LE"

    /// Where one colour component's samples lie.
    ///
    /// A pixel (x, y) belongs to the sample in column `x >> horizontalShift` of row `y >> verticalShift`, which starts
    /// `offsetBytes + column * stepBytes` bytes into that row of plane `plane`.
    public struct Component: Hashable, Sendable {
        public let plane: Int
        public let offsetBytes: Int
        public let stepBytes: Int
        public let bytesPerSample: Int
        public let horizontalShift: Int
        public let verticalShift: Int

        /// Samples in a row of a picture `width` pixels wide.
        public func columns(ofWidth width: Int) -> Int { (width + (1 << horizontalShift) - 1) >> horizontalShift }
        /// Rows of samples in a picture `height` pixels high.
        public func rows(ofHeight height: Int) -> Int { (height + (1 << verticalShift) - 1) >> verticalShift }
    }

    /// The colour components. Alpha and padding bytes are not among them: the stage never touches those.
    public var components: [Component] {
        switch self {
        case .i420, .a420:
            [Self.byte(0, 0, 1), Self.byte(1, 0, 1, 1, 1), Self.byte(2, 0, 1, 1, 1)]
        case .nv12:
            [Self.byte(0, 0, 1), Self.byte(1, 0, 2, 1, 1), Self.byte(1, 1, 2, 1, 1)]
        case .yuy2:
            [Self.byte(0, 0, 2), Self.byte(0, 1, 4, 1, 0), Self.byte(0, 3, 4, 1, 0)]
        case .rgb, .bgr:
            [Self.byte(0, 0, 3), Self.byte(0, 1, 3), Self.byte(0, 2, 3)]
        case .rgba, .bgra, .rgbx, .bgrx:
            [Self.byte(0, 0, 4), Self.byte(0, 1, 4), Self.byte(0, 2, 4)]
        case .gray8:
            [Self.byte(0, 0, 1)]
        case .p010:
            [Self.word(0, 0, 2), Self.word(1, 0, 4, 1, 1), Self.word(1, 2, 4, 1, 1)]
        }
    }

    /// The alpha's samples, one a pixel, of a format that has any.
    public var alpha: Component? {
        switch self {
        case .rgba, .bgra: Self.byte(0, 3, 4)
        case .a420: Self.byte(3, 0, 1)
        default: nil
        }
    }

    public var planeCount: Int {
        switch self {
        case .a420: 4
        case .i420: 3
        case .nv12, .p010: 2
        case .yuy2, .rgb, .bgr, .rgba, .bgra, .rgbx, .bgrx, .gray8: 1
        }
    }

    /// The step, in pixels, to which a crop's left and top edges keep so that no chroma sample is split.
    public var cropAlignment: (x: Int, y: Int) {
        let shifts = components.map { ($0.horizontalShift, $0.verticalShift) }
        return (1 << (shifts.map(\.0).max() ?? 0), 1 << (shifts.map(\.1).max() ?? 0))
    }

    private static func byte(
        _ plane: Int, _ offset: Int, _ step: Int, _ horizontalShift: Int = 0, _ verticalShift: Int = 0
    ) -> Component {
        Component(
            plane: plane, offsetBytes: offset, stepBytes: step, bytesPerSample: 1,
            horizontalShift: horizontalShift, verticalShift: verticalShift)
    }

    private static func word(
        _ plane: Int, _ offset: Int, _ step: Int, _ horizontalShift: Int = 0, _ verticalShift: Int = 0
    ) -> Component {
        Component(
            plane: plane, offsetBytes: offset, stepBytes: step, bytesPerSample: 2,
            horizontalShift: horizontalShift, verticalShift: verticalShift)
    }
}
