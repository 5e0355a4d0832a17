internal import MediaGraph

/// One property of the element: what it says about itself, and the setting behind it.
struct InpaintProperty: Sendable {
    let description: ElementProperty
    let value: @Sendable (InpaintSettings) -> PropertyValue
    let set: @Sendable (inout InpaintSettings, PropertyValue) -> Void

    var name: String { description.name }

    private static func text(
        _ name: String, _ nick: String, _ setting: any WritableKeyPath<InpaintSettings, String?> & Sendable,
        unset: String? = nil, _ access: ElementProperty.MutableState = .ready, blurb: String
    ) -> InpaintProperty {
        InpaintProperty(
            description: ElementProperty(
                name: name, nick: nick, blurb: blurb, kind: .string(default: unset), access: .readWrite(access)),
            value: { .string($0[keyPath: setting] ?? unset) },
            set: { settings, value in
                guard case .string(let text) = value else { return }
                settings[keyPath: setting] = text?.isEmpty == false ? text : nil
            })
    }

    private static func number(
        _ name: String, _ nick: String, _ setting: any WritableKeyPath<InpaintSettings, Int> & Sendable,
        _ range: ClosedRange<Int>, _ access: ElementProperty.MutableState = .ready, blurb: String
    ) -> InpaintProperty {
        InpaintProperty(
            description: ElementProperty(
                name: name, nick: nick, blurb: blurb,
                kind: .integer(range: range, default: InpaintSettings()[keyPath: setting]),
                access: .readWrite(access)),
            value: { .integer($0[keyPath: setting]) },
            set: { settings, value in
                guard case .integer(let number) = value else { return }
                settings[keyPath: setting] = min(max(number, range.lowerBound), range.upperBound)
            })
    }

    private static func real(
        _ name: String, _ nick: String, _ setting: any WritableKeyPath<InpaintSettings, Double> & Sendable,
        _ range: ClosedRange<Double>, blurb: String
    ) -> InpaintProperty {
        InpaintProperty(
            description: ElementProperty(
                name: name, nick: nick, blurb: blurb,
                kind: .real(range: range, default: InpaintSettings()[keyPath: setting]), access: .readWrite(.ready)),
            value: { .real($0[keyPath: setting]) },
            set: { settings, value in
                guard case .real(let number) = value else { return }
                settings[keyPath: setting] = min(max(number, range.lowerBound), range.upperBound)
            })
    }

    private static func flag(
        _ name: String, _ nick: String, _ setting: any WritableKeyPath<InpaintSettings, Bool> & Sendable, blurb: String
    ) -> InpaintProperty {
        InpaintProperty(
            description: ElementProperty(
                name: name, nick: nick, blurb: blurb, kind: .boolean(default: InpaintSettings()[keyPath: setting]),
                access: .readWrite(.ready)),
            value: { .boolean($0[keyPath: setting]) },
            set: { settings, value in
                guard case .boolean(let isOn) = value else { return }
                settings[keyPath: setting] = isOn
            })
    }

    private static func choice<Choice: RawRepresentable<String> & Sendable>(
        _ name: String, _ nick: String, _ setting: any WritableKeyPath<InpaintSettings, Choice> & Sendable,
        _ choices: [(Choice, blurb: String)], blurb: String
    ) -> InpaintProperty {
        let values = choices.enumerated().map { index, choice in
            ElementProperty.Choice(value: index, name: choice.0.rawValue, blurb: choice.blurb)
        }
        return InpaintProperty(
            description: ElementProperty(
                name: name, nick: nick, blurb: blurb,
                kind: .choice(values, default: InpaintSettings()[keyPath: setting].rawValue),
                access: .readWrite(.ready)),
            value: { .choice($0[keyPath: setting].rawValue) },
            set: { settings, value in
                guard case .choice(let name) = value, let choice = Choice(rawValue: name) else { return }
                settings[keyPath: setting] = choice
            })
    }

    /// Every setting, in the order in which they are shown.
    static let all: [InpaintProperty] = [
        text(
            "weights", "Weights", \.weights,
            blurb: "The network's weights: a .safetensors or PyTorch .pth file; unset, the weights compiled in"),
        text(
            "grids", "Patch grids", \.grids,
            blurb: "Patches a side of each attention head (1x1,3x3,6x6,12x12), where the weight file does not say"),
        text(
            "mask", "Mask", \.mask, .playing,
            blurb: "The hole: picture files (white is hole), rect:x,y,w,h and poly:x,y,... in pixels or percent,"
                + " frames:DIR, stream, alpha, roi:label, plugin:name?key=value, joined with + - &, changed with grow(m,4)"
                + " shrink hold delay when(00:10-00:25,m). Where it does not name stream, the mask pad's pictures are added"
        ),
        choice(
            "on-mask-late", "On late mask", \.maskPolicy,
            [
                (.last, blurb: "The last mask is held; a live frame waits 0.2 s for its own"),
                (.wait, blurb: "The same, but a live frame waits as long as a file's: 10 s"),
                (.pass, blurb: "The frame passes as it is"),
                (.protect, blurb: "The whole frame is made unrecognisable"),
            ], blurb: "What becomes of a frame whose mask pad or mask plugin has nothing for it in time"),
        number(
            "mask-tolerance", "Mask tolerance", \.maskTolerance, 0...10_000, .playing,
            blurb:
                "Milliseconds by which the time of the mask pad's picture may differ from the frame's: the nearest is"
                + " taken, and none so near is late; 0 takes the last one up to half a frame after it, however old"),
        choice(
            "on-late", "On late", \.latePolicy,
            [
                (.fill, blurb: "Holes are filled as well as there is time"),
                (
                    .protect,
                    blurb:
                        "Nothing that is to be hidden ever leaves: without a mask the whole frame is made unrecognisable,"
                        + " and so is what lies outside of region; no original shows through the feather"
                ),
            ], blurb: "Whether a picture or privacy comes first where something is late or fails"),
        text(
            "filler", "Filler", \.filler,
            blurb: "A plugin that fills in the place of the network: name?key=value&key=value"),
        choice(
            "session", "Session", \.session,
            [
                (.auto, blurb: "memory on live input, window on files"),
                (.memory, blurb: "Past frames only, remembered: no latency but the work's own"),
                (.window, blurb: "Past and future frames, at the price of latency"),
            ], blurb: "How the network looks at time"),
        number(
            "latency-budget", "Latency budget", \.latencyBudget, 0...10_000, .playing,
            blurb: "Milliseconds from a live frame's arrival to its leaving: a frame that the network cannot fill in"
                + " that time takes the next cheaper rung; 0 for as long as it takes. Live input in the memory session"
                + " only: every frame of a file gets the full network"),
        flag(
            "propagate", "Propagate", \.propagates,
            blurb: "Whether pixels of the hole that were really seen in the past, and in the window session in the"
                + " future, are carried into it along the motion; the network fills the rest"),
        flag(
            "scene-cut", "Scene cut", \.sceneCut,
            blurb: "Whether the memory session forgets what it saw before a cut to another scene"),
        number(
            "neighbors", "Neighbours", \.neighbors, 1...30,
            blurb: "Frames before a frame, and in the window session after it, that the network sees with it"),
        number(
            "references", "References", \.references, 0...30,
            blurb: "Most frames from further away that the network sees too"),
        number(
            "reference-stride", "Reference stride", \.referenceStride, 1...300,
            blurb: "Every how many frames one is kept as a reference"),
        number(
            "lookahead", "Look-ahead", \.lookahead, 0...30,
            blurb: "Future frames the window session waits for: each adds one frame of latency"),
        text(
            "region", "Region", \.region, unset: "auto",
            blurb: "What the network sees: auto (round the holes), full (the whole frame) or x,y,w,h in pixels;"
                + " unset, weights without metadata see the whole frame"),
        number(
            "grow", "Grow", \.grow, 0...255, .playing,
            blurb: "Pixels by which the hole is grown on each side"),
        number(
            "feather", "Feather", \.feather, 0...64, .playing,
            blurb: "Pixels inside the grown hole's edge over which the fill fades in; up to the value of grow, the mask"
                + " itself is replaced entirely"),
        flag(
            "match", "Match", \.matches,
            blurb: "Whether the light of the network's fill is matched to that of the picture round the hole"),
        flag(
            "lean", "Lean", \.leans,
            blurb:
                "Whether the network's fill leans on the pixels at the hole's sides: much beside them, a little inside"),
        real(
            "grain", "Grain", \.grain, 0...1,
            blurb: "The share of the grain round the hole that the fill gets"),
        choice(
            "precision", "Precision", \.precision,
            [
                (.auto, blurb: "bf16 where the CPU multiplies it, else fp32"),
                (.fp32, blurb: "32 bits throughout"),
                (
                    .bf16,
                    blurb:
                        "bfloat16 for queries, keys and values, which take half the memory; quick where the CPU multiplies it"
                ),
            ], blurb: "In what numbers the network computes"),
        number(
            "threads", "Threads", \.threads, 0...256,
            blurb: "Threads of the network; 0 for one a core"),
    ]
}
