extension EvaluationReport.Row: Encodable {
    private enum Key: String, CodingKey {
        case clip, mask, fill, frames, measuredFrames, holePixels
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(clip, forKey: .clip)
        try fields.encode(mask.rawValue, forKey: .mask)
        try fields.encode(fill, forKey: .fill)
        try fields.encode(frames, forKey: .frames)
        try fields.encode(measuredFrames, forKey: .measuredFrames)
        try fields.encode(holePixels, forKey: .holePixels)
        try figures.encodeAll(to: encoder)
    }
}

extension EvaluationReport.Mean: Encodable {
    private enum Key: String, CodingKey {
        case mask, fill, cases
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(mask?.rawValue ?? "all", forKey: .mask)
        try fields.encode(fill, forKey: .fill)
        try fields.encode(cases, forKey: .cases)
        try figures.encodeAll(to: encoder)
    }
}

extension EvaluationReport.Figures {
    private enum Key: String, CodingKey {
        case warpRatio
    }

    /// With the ratio, which follows from the others. What a case lacks is not there.
    fileprivate func encodeAll(to encoder: any Encoder) throws {
        try encode(to: encoder)
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encodeIfPresent(warpRatio, forKey: .warpRatio)
    }
}
