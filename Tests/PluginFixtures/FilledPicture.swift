public import PluginKit

/// Sends a picture to a filler that holds nothing back, and gives what it makes of it.
///
/// Shapes: picture packed RGB, width × height × 3; hole width × height, 255 = hole.
public func filled(
    _ picture: [UInt8], hole: [UInt8], width: Int, height: Int, by plugin: some FillPlugin
) throws -> [UInt8]? {
    var sent = picture
    try sent.withUnsafeMutableBufferPointer { pixels in
        try hole.withUnsafeBufferPointer { hole in
            guard let base = pixels.baseAddress else { return }
            try plugin.send(
                PluginRegion(
                    pixels: base, stride: 3 * width, hole: hole.baseAddress, holeStride: width, width: width,
                    height: height, time: nil))
        }
    }
    var received = [UInt8](repeating: 0, count: picture.count)
    let isDone = try received.withUnsafeMutableBufferPointer { pixels in
        guard let base = pixels.baseAddress else { return false }
        return try plugin.receive(
            into: PluginRegion(
                pixels: base, stride: 3 * width, hole: nil, holeStride: 0, width: width, height: height, time: nil))
    }
    return isDone ? received : nil
}
