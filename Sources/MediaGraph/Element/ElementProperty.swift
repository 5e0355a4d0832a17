/// One property of an element, with all that `gst-inspect-1.0` says about it.
public struct ElementProperty: Sendable {
    /// One value of a property that takes one of several.
    public struct Choice: Sendable {
        public var value: Int
        /// What a user types.
        public var name: String
        public var blurb: String

        public init(value: Int, name: String, blurb: String) {
            self.value = value
            self.name = name
            self.blurb = blurb
        }
    }

    /// What a property takes, and what it is until it is set.
    public enum Kind: Sendable {
        case string(default: String?)
        case integer(range: ClosedRange<Int>, default: Int)
        case real(range: ClosedRange<Double>, default: Double)
        case boolean(default: Bool)
        case choice([Choice], default: String)
        /// A GstStructure of named fields.
        case structure
    }

    /// The highest state in which a property still takes a new value.
    public enum MutableState: Sendable {
        case ready
        case playing
    }

    public enum Access: Sendable {
        case readWrite(MutableState)
        case readOnly
    }

    public var name: String
    public var nick: String
    public var blurb: String
    public var kind: Kind
    public var access: Access

    public init(name: String, nick: String, blurb: String, kind: Kind, access: Access) {
        self.name = name
        self.nick = nick
        self.blurb = blurb
        self.kind = kind
        self.access = access
    }
}
