extension DaemonConfiguration {
    /// The names of streams that a reload adds, takes away, or starts again, each in the order of the configuration
    /// that holds them. Another order of the same streams is no change.
    public func changes(
        from old: DaemonConfiguration
    ) -> (added: [String], removed: [String], changed: [String]) {
        let before = Dictionary(old.streams.map { ($0.name, $0) }) { first, _ in first }
        let names = Set(streams.map(\.name))
        return (
            added: streams.filter { before[$0.name] == nil }.map(\.name),
            removed: old.streams.map(\.name).filter { !names.contains($0) },
            changed: streams.filter { stream in before[stream.name].map { $0 != stream } ?? false }.map(\.name)
        )
    }
}
