internal import CGStreamer

extension ObjectHandle {
    /// Adopts a reference where the C call gave one.
    convenience init?(adopting raw: UnsafeMutableRawPointer?) {  // transfer full
        guard let raw else { return nil }
        self.init(adopting: raw)
    }

    var element: UnsafeMutablePointer<GstElement> { pointer() }
    var bin: UnsafeMutablePointer<GstBin> { pointer() }
    var object: UnsafeMutablePointer<GObject> { pointer() }

    /// The name of the element, pad or pipeline.
    var name: String {
        String(takingOver: gst_object_get_name(pointer())) ?? "?"
    }

    /// The factory an element was made by; nil for what no factory made.
    var factoryName: String? {
        guard let factory = gst_element_get_factory(element) else { return nil }
        return String(takingOver: gst_object_get_name(UnsafeMutablePointer(factory)))
    }

    func isA(_ type: GType) -> Bool {
        g_type_check_instance_is_a(pointer(), type) != 0
    }

    /// An element of this bin or of a bin in it.
    func element(named name: String) -> ObjectHandle? {
        ObjectHandle(adopting: gst_bin_get_by_name(bin, name))
    }

    /// Every element in this bin and in the bins in it.
    var elements: [ObjectHandle] {
        collected(from: gst_bin_iterate_recurse(bin))
    }

    /// All objects that an iterator has.
    ///
    /// Ownership: takes over the iterator.
    func collected(from iterator: UnsafeMutablePointer<GstIterator>?) -> [ObjectHandle] {  // transfer full
        guard let iterator else { return [] }
        defer { gst_iterator_free(iterator) }
        var found: [ObjectHandle] = []
        var item = GValue()
        defer { g_value_unset(&item) }
        while true {
            switch gst_iterator_next(iterator, &item) {
            case GST_ITERATOR_OK:
                if let object = g_value_get_object(&item) { found.append(ObjectHandle(retaining: object)) }
                g_value_reset(&item)
            case GST_ITERATOR_RESYNC:
                found.removeAll()
                gst_iterator_resync(iterator)
            default:
                return found
            }
        }
    }

    /// A string property; nil where there is none of that name or it is not set.
    func string(of property: String) -> String? {
        guard let pspec = g_object_class_find_property(objectClass, property),
            pspec.pointee.value_type == .string
        else { return nil }
        var value = GValue()
        g_value_init(&value, .string)
        defer { g_value_unset(&value) }
        g_object_get_property(object, property, &value)
        return g_value_get_string(&value).map { String(cString: $0) }
    }

    /// Sets the caps of a capsfilter.
    func set(caps: UnsafeMutablePointer<GstCaps>) {  // transfer none
        var value = GValue()
        g_value_init(&value, gst_caps_get_type())
        g_value_set_boxed(&value, caps)
        g_object_set_property(object, "caps", &value)
        g_value_unset(&value)
    }

    var objectClass: UnsafeMutablePointer<GObjectClass> {
        // SAFETY: every GObject starts with its class pointer.
        UnsafeMutableRawPointer(object.pointee.g_type_instance.g_class).assumingMemoryBound(to: GObjectClass.self)
    }
}

extension GType {
    static var string: GType { g_type_from_name("gchararray") }
}

extension String {
    /// The text of a C string that the caller owns and that is freed here.
    init?(takingOver text: UnsafeMutablePointer<CChar>?) {  // transfer full
        guard let text else { return nil }
        self.init(cString: text)
        g_free(text)
    }
}
