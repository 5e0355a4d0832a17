package import Frames
internal import Inpainting
internal import Masks
package import MediaGraph
internal import PluginHost
internal import Synchronization

/// The `inpaint` element: its properties, and the making of the stage that does the work.
package final class Inpaint: StageElement {
    package static let description = ElementDescription(
        factoryName: "inpaint", longName: "Video inpainting", classification: "Filter/Effect/Video",
        blurb: "Fills masked holes in video with STTN, a spatial-temporal transformer network",
        author: "inpaintd authors")

    package static let properties =
        InpaintProperty.all.map(\.description) + [
            ElementProperty(
                name: "stats", nick: "Statistics", blurb: "What the element has counted", kind: .structure,
                access: .readOnly)
        ]

    package let counters = StageCounters()
    private let settings = Mutex(InpaintSettings())

    package init() {}

    private var library: PluginLibrary { .standard() }

    package func setProperty(_ name: String, to value: PropertyValue) {
        guard let property = InpaintProperty.all.first(where: { $0.name == name }) else { return }
        settings.withLock {
            property.set(&$0, value)
            if name == "mask" { $0.maskRevision += 1 }
        }
    }

    package func property(_ name: String) -> PropertyValue {
        guard let property = InpaintProperty.all.first(where: { $0.name == name }) else { return stats }
        return settings.withLock { property.value($0) }
    }

    package func check(_ value: PropertyValue, for name: String) throws {
        guard case .string(let text?) = value, !text.isEmpty else { return }
        switch name {
        case "mask": _ = try HoleSource(text, from: StagePlugins(library: library, counters: counters).maskSources)
        case "filler": _ = try PluginCall(text)
        case "region": _ = try RegionChoice(text)
        case "weights": _ = try InpaintModel.weights(in: text)
        default: break
        }
    }

    package func makeFilter(notice: @escaping (String) -> Void) throws -> any FrameFilter {
        let plugins = StagePlugins(library: library, counters: counters)
        let model = try InpaintModel(settings.withLock { $0 }, plugins: plugins)
        let stage = try InpaintStage(model: model, counters: counters, plugins: plugins) {
            self.settings.withLock { $0 }
        }
        stage.notice = notice
        return stage
    }

    private var stats: PropertyValue {
        .structure(
            name: "inpaint-stats",
            fields: StageCounters.Counter.allCases.map { ($0.rawValue, .integer(Int(counters[$0]))) }
                + counters.measurements(at: MonotonicClock.now))
    }
}
