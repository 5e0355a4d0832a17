public import Foundation

/// What `scripts/goldens/make.py` keeps of a tensor: its shape, its sums, and its values at sampled positions.
public struct Golden: Decodable, Sendable {
    public let name: String
    public let shape: [Int]
    public let sum: Double
    public let absoluteSum: Double
    public let samples: [Double]

    /// Reads the goldens of a file, by name.
    public static func all(contentsOf file: URL) throws -> [String: Golden] {
        let goldens = try JSONDecoder().decode([Golden].self, from: Data(contentsOf: file))
        return Dictionary(uniqueKeysWithValues: goldens.map { ($0.name, $0) })
    }

    /// What a tensor has other than it should: the shape, the worst sample, the samples' mean, or a sum; nil where
    /// it agrees.
    ///
    /// Sums may be off by the mean tolerance a value, so that no part of the tensor goes unseen.
    public func difference(
        from values: [Float], shape: [Int], maximum: Double = 2e-3, mean: Double = 1e-4
    ) -> String? {
        guard shape == self.shape else { return "\(name): shape \(shape), expected \(self.shape)" }
        let positions = TestFormula.positions(count: values.count, samples: samples.count)
        var total = 0.0
        var worst = (difference: 0.0, sample: 0)
        for (sample, position) in positions.enumerated() {
            let difference = abs(Double(values[position]) - samples[sample])
            // Written so that NaN fails.
            if !(difference <= worst.difference) { worst = (difference, sample) }
            total += difference
        }
        guard worst.difference <= maximum else {
            let position = positions[worst.sample]
            return "\(name)[\(position)]: \(values[position]), expected \(samples[worst.sample])"
        }
        guard total / Double(samples.count) <= mean else {
            return "\(name): mean difference \(total / Double(samples.count)), at most \(mean) expected"
        }
        let sums = values.reduce(into: (0.0, 0.0)) { $0 = ($0.0 + Double($1), $0.1 + Double(abs($1))) }
        for (seen, expected) in [(sums.0, sum), (sums.1, absoluteSum)] {
            guard abs(seen - expected) <= mean * Double(values.count) else {
                return "\(name): sum \(seen), expected \(expected) over \(values.count) values"
            }
        }
        return nil
    }
}
