/// How an element introduces itself: what `gst-inspect-1.0` shows at the top of its page.
public struct ElementDescription: Sendable {
    /// The name it is made by in pipeline text.
    public var factoryName: String
    public var longName: String
    /// GStreamer's classes, such as `Filter/Effect/Video`.
    public var classification: String
    public var blurb: String
    public var author: String

    public init(factoryName: String, longName: String, classification: String, blurb: String, author: String) {
        self.factoryName = factoryName
        self.longName = longName
        self.classification = classification
        self.blurb = blurb
        self.author = author
    }

    /// The GObject type's name: `Gst` and the factory name in capitals (`inpaint` → `GstInpaint`).
    var typeName: String {
        "Gst" + factoryName.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
