/// The value of an element's property.
public enum PropertyValue: Sendable, Equatable {
    /// Text; nil where nothing was set.
    case string(String?)
    case integer(Int)
    case real(Double)
    case boolean(Bool)
    /// One of a property's choices, by name.
    case choice(String)
    /// Named fields in their order, shown as a GstStructure.
    case structure(name: String, fields: [(String, PropertyValue)])

    public static func == (left: PropertyValue, right: PropertyValue) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left == right
        case (.boolean(let left), .boolean(let right)): left == right
        case (.choice(let left), .choice(let right)): left == right
        case (.structure(let leftName, let left), .structure(let rightName, let right)):
            leftName == rightName && left.count == right.count && zip(left, right).allSatisfy { $0 == $1 }
        default: false
        }
    }
}
