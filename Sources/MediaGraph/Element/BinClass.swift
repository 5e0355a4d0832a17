internal import CGStreamer

/// The Swift side of an element that is a bin.
protocol BinInside: AnyObject {
    /// Sets the property with GObject's number `id`, counted from 1.
    func setProperty(_ id: Int, to value: UnsafePointer<GValue>)
    /// Reads the property with GObject's number `id`, counted from 1.
    func readProperty(_ id: Int, into value: UnsafeMutablePointer<GValue>)
}

/// What the GObject classes of this project have in common: each is a GstBin whose instance carries one pointer more, to
/// its Swift side, which it owns.
enum BinClass {
    private static var parent: GTypeQuery {
        var parent = GTypeQuery()
        g_type_query(gst_bin_get_type(), &parent)
        return parent
    }

    /// Where the instance's own pointer lies, behind the GstBin.
    private static let offset: Int = {
        let step = MemoryLayout<UnsafeMutableRawPointer>.alignment
        return (Int(parent.instance_size) + step - 1) / step * step
    }()

    /// A description of a class, whose `class_init` and `instance_init` are still to be filled in.
    static var info: GTypeInfo {
        var info = GTypeInfo()
        info.class_size = UInt16(parent.class_size)
        info.instance_size = UInt16(offset + MemoryLayout<UnsafeMutableRawPointer>.size)
        return info
    }

    /// Gives an instance its Swift side, which goes with it.
    static func set(_ inside: some BinInside, of instance: UnsafeMutableRawPointer) {
        slot(instance).pointee = Trampoline.retain(inside)  // given back in finalize
    }

    /// The Swift side of an instance; nil before it is built and once it is gone.
    static func inside<Inside: AnyObject>(
        of instance: UnsafeMutableRawPointer, as type: Inside.Type = Inside.self
    ) -> Inside? {
        slot(instance).pointee.map { Trampoline.object($0) }
    }

    /// The class that ours come from, for what they leave to it.
    static func parentClass<Class>(_ type: Class.Type) -> UnsafeMutablePointer<Class>? {
        g_type_class_peek(gst_bin_get_type())?.assumingMemoryBound(to: type)
    }

    /// Makes properties of a class known, the first with id 1, and leads them to the instance's Swift side.
    static func install(_ properties: [ElementProperty], owner: String, on pointer: UnsafeMutableRawPointer) {
        let object = pointer.assumingMemoryBound(to: GObjectClass.self)
        object.pointee.set_property = { object, id, value, _ in
            guard let object, let value else { return }
            BinClass.holder(of: object)?.setProperty(Int(id), to: value)
        }
        object.pointee.get_property = { object, id, value, _ in
            guard let object, let value else { return }
            BinClass.holder(of: object)?.readProperty(Int(id), into: value)
        }
        object.pointee.finalize = { object in
            guard let object else { return }
            let slot = BinClass.slot(UnsafeMutableRawPointer(object))
            Trampoline.release(slot.pointee)
            slot.pointee = nil
            BinClass.parentClass(GObjectClass.self)?.pointee.finalize(object)
        }
        for (index, property) in properties.enumerated() {
            g_object_class_install_property(object, guint(index + 1), property.makeSpec(owner: owner))
        }
    }

    private static func holder(of object: UnsafeMutablePointer<GObject>) -> (any BinInside)? {
        inside(of: UnsafeMutableRawPointer(object), as: AnyObject.self) as? any BinInside
    }

    private static func slot(_ instance: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UnsafeMutableRawPointer?> {
        (instance + offset).assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
    }
}
