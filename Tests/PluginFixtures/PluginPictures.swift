public import PluginKit

/// A gray picture that a plugin is shown, and the mask that it paints.
public struct PluginPictures {
    public let width: Int
    public let height: Int
    public var luma: [UInt8]
    public var cb: [UInt8]
    public var cr: [UInt8]

    public init(width: Int, height: Int, luma: (_ x: Int, _ y: Int) -> UInt8) {
        self.width = width
        self.height = height
        self.luma = (0..<width * height).map { luma($0 % width, $0 / width) }
        let half = (width + 1) / 2 * ((height + 1) / 2)
        cb = [UInt8](repeating: 128, count: half)
        cr = cb
    }

    /// What a plugin marks in it.
    public func mask(by plugin: some MaskPlugin, time: Int64? = nil, matrix: PluginMatrix = .bt709) throws -> [UInt8] {
        var mask = [UInt8](repeating: 0, count: width * height)
        try luma.withUnsafeBufferPointer { luma in
            try cb.withUnsafeBufferPointer { cb in
                try cr.withUnsafeBufferPointer { cr in
                    try mask.withUnsafeMutableBufferPointer { mask in
                        guard let luma = luma.baseAddress, let cb = cb.baseAddress, let cr = cr.baseAddress,
                            let mask = mask.baseAddress
                        else { return }
                        let (columns, rows) = ((width + 1) / 2, (height + 1) / 2)
                        let frame = PluginFrame(
                            luma: PluginPlane(base: luma, width: width, height: height, stride: width),
                            chroma: (
                                PluginPlane(base: cb, width: columns, height: rows, stride: columns),
                                PluginPlane(base: cr, width: columns, height: rows, stride: columns)
                            ), time: time, matrix: matrix, isFullRange: false)
                        try plugin.find(in: frame, mask: PluginMask(pixels: mask, width: width, height: height))
                    }
                }
            }
        }
        return mask
    }
}

extension PluginSetting {
    /// A plugin's values where some are set and the others are as they are at first.
    public static func values(of settings: [PluginSetting], _ set: [String: String] = [:]) -> PluginValues {
        PluginValues(
            Dictionary(
                uniqueKeysWithValues: settings.map { setting in
                    let initial =
                        switch setting.kind {
                        case .boolean(let value): "\(value)"
                        case .integer(_, let value): "\(value)"
                        case .number(_, let value): "\(value)"
                        case .text(let value): value
                        case .choice(_, let value): value
                        }
                    return (setting.name, set[setting.name] ?? initial)
                }))
    }
}

/// How well two masks agree: what both mark over what either marks.
public func intersectionOverUnion(_ one: [UInt8], _ other: [UInt8]) -> Double {
    var (both, either) = (0, 0)
    for (a, b) in zip(one, other) {
        if a != 0 && b != 0 { both += 1 }
        if a != 0 || b != 0 { either += 1 }
    }
    return either == 0 ? 1 : Double(both) / Double(either)
}
