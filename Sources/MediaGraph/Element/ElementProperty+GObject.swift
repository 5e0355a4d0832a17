internal import CGStreamer

extension ElementProperty {
    /// The property as GObject describes it; `owner` is the type it belongs to.
    func makeSpec(owner: String) -> UnsafeMutablePointer<GParamSpec>? {  // transfer floating
        let flags = flags
        switch kind {
        case .string(let value):
            return g_param_spec_string(name, nick, blurb, value, flags)
        case .integer(let range, let value):
            return g_param_spec_int(
                name, nick, blurb, gint(clamping: range.lowerBound), gint(clamping: range.upperBound),
                gint(clamping: value),
                flags)
        case .real(let range, let value):
            return g_param_spec_double(name, nick, blurb, range.lowerBound, range.upperBound, value, flags)
        case .boolean(let value):
            return g_param_spec_boolean(name, nick, blurb, value ? 1 : 0, flags)
        case .choice(let choices, let value):
            let number = choices.first { $0.name == value }?.value ?? 0
            let type = Self.enumType(owner + name.split(separator: "-").map(\.capitalized).joined(), choices)
            return g_param_spec_enum(name, nick, blurb, type, gint(clamping: number), flags)
        case .structure:
            return g_param_spec_boxed(name, nick, blurb, media_type_structure(), flags)
        }
    }

    private var flags: GParamFlags {
        switch access {
        case .readOnly: media_param_flags(0, 0)
        case .readWrite(.ready): media_param_flags(1, 0)
        case .readWrite(.playing): media_param_flags(1, 1)
        }
    }

    /// The choices as a registered enumeration. GObject keeps the table and its texts as long as the process lives.
    private static func enumType(_ typeName: String, _ choices: [Choice]) -> GType {
        let known = g_type_from_name(typeName)
        if known != 0 { return known }
        let table = UnsafeMutablePointer<GEnumValue>.allocate(capacity: choices.count + 1)
        for (index, choice) in choices.enumerated() {
            (table + index).initialize(
                to: GEnumValue(
                    value: gint(clamping: choice.value), value_name: g_intern_string(choice.blurb),
                    value_nick: g_intern_string(choice.name)))
        }
        (table + choices.count).initialize(to: GEnumValue(value: 0, value_name: nil, value_nick: nil))
        return g_enum_register_static(typeName, table)
    }

    /// Reads a GValue of this property's kind; nil where it holds something else.
    func read(_ value: UnsafePointer<GValue>) -> PropertyValue? {
        switch kind {
        case .string:
            return .string(g_value_get_string(value).map { String(cString: $0) })
        case .integer:
            return .integer(Int(g_value_get_int(value)))
        case .real:
            return .real(g_value_get_double(value))
        case .boolean:
            return .boolean(g_value_get_boolean(value) != 0)
        case .choice(let choices, _):
            let number = Int(g_value_get_enum(value))
            return choices.first { $0.value == number }.map { .choice($0.name) }
        case .structure:
            return nil
        }
    }

    /// Writes a value of this property's kind into a GValue that is prepared for it; another kind leaves it as it is.
    func write(_ property: PropertyValue, into value: UnsafeMutablePointer<GValue>) {
        switch (kind, property) {
        case (.string, .string(let text)):
            g_value_set_string(value, text)
        case (.integer, .integer(let number)):
            g_value_set_int(value, gint(clamping: number))
        case (.real, .real(let number)):
            g_value_set_double(value, number)
        case (.boolean, .boolean(let isOn)):
            g_value_set_boolean(value, isOn ? 1 : 0)
        case (.choice(let choices, _), .choice(let name)):
            if let choice = choices.first(where: { $0.name == name }) {
                g_value_set_enum(value, gint(clamping: choice.value))
            }
        case (.structure, .structure(let name, let fields)):
            g_value_take_boxed(value, UnsafeMutableRawPointer(PropertyValue.makeStructure(name, fields)))
        default:
            break
        }
    }
}

extension Substring {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}

extension PropertyValue {
    fileprivate static func makeStructure(
        _ name: String, _ fields: [(String, PropertyValue)]
    ) -> UnsafeMutablePointer<GstStructure>? {  // transfer full
        let structure = gst_structure_new_empty(name)
        for (field, property) in fields {
            var value = GValue()
            switch property {
            case .string(let text):
                g_value_init(&value, media_type_string())
                g_value_set_string(&value, text)
            case .integer(let number):
                g_value_init(&value, media_type_int64())
                g_value_set_int64(&value, gint64(number))
            case .real(let number):
                g_value_init(&value, media_type_double())
                g_value_set_double(&value, number)
            case .boolean(let isOn):
                g_value_init(&value, media_type_boolean())
                g_value_set_boolean(&value, isOn ? 1 : 0)
            case .choice(let choice):
                g_value_init(&value, media_type_string())
                g_value_set_string(&value, choice)
            case .structure(let name, let fields):
                g_value_init(&value, media_type_structure())
                g_value_take_boxed(&value, UnsafeMutableRawPointer(makeStructure(name, fields)))
            }
            gst_structure_take_value(structure, field, &value)
        }
        return structure
    }
}

extension StageBin: BinInside {
    func setProperty(_ id: Int, to value: UnsafePointer<GValue>) {
        let property = type(of: element).properties[id - 1]
        guard let value = property.read(value) else { return }
        element.setProperty(property.name, to: value)
        noteSettingsChanged()
    }

    func readProperty(_ id: Int, into value: UnsafeMutablePointer<GValue>) {
        let property = type(of: element).properties[id - 1]
        property.write(element.property(property.name), into: value)
    }
}
