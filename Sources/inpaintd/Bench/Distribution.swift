/// Measured values in order.
struct Distribution {
    private let sorted: [Double]

    init(_ values: some Sequence<Double>) {
        sorted = values.sorted()
    }

    var least: Double { quantile(0) }
    var median: Double { quantile(0.5) }

    /// The value below which the share `share` of all lies, between two where it falls between them; 0 where there is
    /// none.
    func quantile(_ share: Double) -> Double {
        guard let last = sorted.indices.last else { return 0 }
        let place = share * Double(last)
        let lower = min(Int(place), last)
        let upper = min(lower + 1, last)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (place - Double(lower))
    }
}
