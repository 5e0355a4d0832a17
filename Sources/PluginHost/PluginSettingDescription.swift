internal import CInpaintPlugin
internal import Frames

/// Something that can be set on a plugin, as the plugin describes it.
public struct PluginSettingDescription: Sendable {
    public enum Kind: Sendable {
        case boolean
        case integer(ClosedRange<Double>)
        case number(ClosedRange<Double>)
        case text
        case choice([String])
    }

    public let name: String
    public let kind: Kind
    public let unit: String?
    /// The value where none is set.
    public let initial: String
    public let summary: String

    /// The most choices a setting has.
    private static let mostChoices = 256

    /// Nil where it describes nothing, or its own initial value does not fit.
    init?(_ setting: InpaintSetting) {
        guard let name = setting.name.map({ String(cString: $0) }), PluginLibrary.isName(name),
            let initial = setting.initial.map({ String(cString: $0) })
        else { return nil }
        switch setting.type {
        case INPAINT_SETTING_BOOLEAN: kind = .boolean
        case INPAINT_SETTING_INTEGER, INPAINT_SETTING_NUMBER:
            guard setting.minimum <= setting.maximum else { return nil }
            let range = setting.minimum...setting.maximum
            kind = setting.type == INPAINT_SETTING_INTEGER ? .integer(range) : .number(range)
        case INPAINT_SETTING_TEXT: kind = .text
        case INPAINT_SETTING_CHOICE:
            guard let list = setting.choices else { return nil }
            var choices: [String] = []
            while choices.count < Self.mostChoices, let choice = list[choices.count] {
                choices.append(String(cString: choice))
            }
            kind = .choice(choices)
        default: return nil
        }
        self.name = name
        self.initial = initial
        unit = setting.unit.map { String(cString: $0).withoutControls }
        summary = setting.summary.map { String(cString: $0).withoutControls } ?? ""
        guard takes(initial) else { return nil }
    }

    /// Whether a value fits.
    func takes(_ value: String) -> Bool {
        switch kind {
        case .boolean: ["true", "false"].contains(value)
        case .integer(let range): Int(value).map { range.contains(Double($0)) } ?? false
        case .number(let range): Double(value).map { $0.isFinite && range.contains($0) } ?? false
        case .text: !value.contains("\0")
        case .choice(let choices): choices.contains(value)
        }
    }

    /// What fits, in words.
    public var expectation: String {
        let unit = unit.map { ", in \($0)" } ?? ""
        return switch kind {
        case .boolean: "true or false"
        case .integer(let range):
            "a whole number from \(Self.whole(range.lowerBound)) to \(Self.whole(range.upperBound))\(unit)"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)\(unit)"
        case .text: "text"
        case .choice(let choices): "one of \(choices.joined(separator: ", "))"
        }
    }

    private static func whole(_ number: Double) -> String {
        Int(exactly: number.rounded()).map(String.init) ?? "\(number)"
    }
}
