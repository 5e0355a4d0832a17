import Frames
import InpaintElement
import MediaGraph
import Testing

@Suite struct InpaintTests {
    @Test("every property has its default until it is set, and then what it was set to")
    func properties() {
        let element = Inpaint()
        for property in Inpaint.properties {
            let other: PropertyValue
            switch property.kind {
            case .string(let unset):
                #expect(element.property(property.name) == .string(unset))
                other = .string("text")
            case .integer(let range, let unset):
                #expect(element.property(property.name) == .integer(unset))
                other = .integer(unset == range.upperBound ? unset - 1 : unset + 1)
            case .real(let range, let unset):
                #expect(element.property(property.name) == .real(unset))
                other = .real((range.lowerBound + range.upperBound) / 2)
            case .choice(let choices, let unset):
                #expect(element.property(property.name) == .choice(unset))
                other = .choice(choices.last?.name ?? "")
            case .boolean(let unset):
                #expect(element.property(property.name) == .boolean(unset))
                other = .boolean(!unset)
            case .structure:
                continue
            }
            element.setProperty(property.name, to: other)
            #expect(element.property(property.name) == other, "\(property.name)")
        }
    }

    @Test("the properties are those of the design, each described")
    func names() {
        #expect(
            Set(Inpaint.properties.map(\.name)) == [
                "weights", "grids", "mask", "on-mask-late", "mask-tolerance", "on-late", "filler", "session",
                "neighbors", "references",
                "reference-stride", "lookahead",
                "latency-budget", "propagate", "scene-cut", "precision", "region", "grow", "feather", "match", "lean",
                "grain", "threads", "stats",
            ])
        #expect(Inpaint.properties.allSatisfy { !$0.nick.isEmpty && $0.blurb.count > 10 })
    }

    @Test("the statistics show every counter and every measure")
    func statistics() throws {
        let element = Inpaint()
        element.counters.add(3, to: .framesIn)
        element.counters.framesQueued = 1
        element.counters.add(Timestamp(nanoseconds: 7), to: .latency)
        guard case .structure(_, let fields) = element.property("stats") else {
            Issue.record("stats is no structure")
            return
        }
        let numbers = fields.filter { if case .integer = $0.1 { true } else { false } }
        #expect(numbers.map(\.0) == StageCounters.Counter.allCases.map(\.rawValue))
        #expect(fields.first { $0.0 == "frames-in" }?.1 == .integer(3))
        #expect(
            fields.first { $0.0 == "now" }?.1
                == .structure(name: "now", fields: [("frames-queued", .integer(1)), ("frames-held", .integer(2))]))
        for (measure, sum) in [("latency", 7), ("inference", 0)] {
            guard case .structure(_, let histogram)? = fields.first(where: { $0.0 == measure })?.1 else {
                Issue.record("\(measure) is no structure")
                continue
            }
            #expect(histogram.first?.1 == .integer(sum) && histogram.count == TimeHistogram.bounds.count + 2)
        }
    }

    @Test(
        "a setting that cannot be used is an error before any frame flows",
        arguments: [
            (
                "weights", PropertyValue.string("/nowhere/x.safetensors"), "/nowhere/x.safetensors",
                FrameError.Code.notFound
            ),
            ("weights", .string(#filePath), #filePath, .badData),
            ("grids", .string("2x"), "grids", .badSetting),
            ("grids", .string("5x5"), "grids", .badSetting),
            ("region", .string("left"), "region", .badSetting),
            ("mask", .string("rect:1"), "mask", .badSetting),
            ("mask", .string("/nowhere/logo.png"), "/nowhere/logo.png", .notFound),
            ("mask", .string(#filePath), #filePath, .badData),
        ])
    func errors(name: String, value: PropertyValue, subject: String, code: FrameError.Code) {
        let element = Inpaint()
        element.setProperty(name, to: value)
        let error = #expect(throws: FrameError.self) { try element.makeFilter { _ in } }
        #expect(error?.subject == subject)
        #expect(error?.code == code)
    }

    @Test("the weights compiled in work without any setting")
    func embedded() throws {
        let filter = try Inpaint().makeFilter { _ in }
        #expect(filter.delay == 5)
        #expect(filter.latencyFrames >= filter.delay)
    }

    @Test(
        "auto is the memory session on live input and the window session on files; what is set is what is taken",
        arguments: [
            ("auto", true, 0), ("auto", false, 5), ("memory", false, 0), ("window", true, 5),
        ])
    func session(name: String, isLive: Bool, delay: Int) throws {
        let element = Inpaint()
        element.setProperty("session", to: .choice(name))
        element.setProperty("latency-budget", to: .integer(80))
        let filter = try element.makeFilter { _ in }
        try filter.configure(FrameLayout(format: .i420, width: 320, height: 240), isLive: isLive)
        #expect(filter.delay == delay)
        #expect(filter.latencyFrames == (delay == 0 ? 1 : 10))
        #expect((filter.latencyBudget != nil) == (isLive && delay == 0))
    }
}
