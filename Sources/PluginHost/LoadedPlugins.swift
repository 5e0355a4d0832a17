internal import CInpaintPlugin
internal import Frames
internal import Glibc
internal import Synchronization

/// The plugins of this process. None is ever unloaded: threads of its own may run in it.
enum LoadedPlugins {
    private static let plugins = Mutex<[String: Plugin]>([:])

    /// Loads the plugin that a file holds, or gives the one that was loaded from there; nil where there is no such file.
    ///
    /// Throws: `FrameError` that names the file and the reason.
    static func plugin(named name: String, at path: String) throws(FrameError) -> Plugin? {
        try plugins.withLock { plugins throws(FrameError) in
            if let plugin = plugins[path] { return plugin }
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            if descriptor < 0, errno == ENOENT || errno == ENOTDIR { return nil }
            guard descriptor >= 0 else { throw refusal(path, "cannot be opened", String(cString: strerror(errno))) }
            do throws(FrameError) {
                try check(descriptor, path)
            } catch {
                close(descriptor)
                throw error
            }
            let plugin = try load(descriptor, named: name, path)
            plugins[path] = plugin
            return plugin
        }
    }

    /// Who could change the file could run what they like in here.
    private static func check(_ descriptor: Int32, _ path: String) throws(FrameError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw refusal(path, "is no regular file")
        }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw refusal(path, "belongs to user \(status.st_uid), expected root or the user that runs this")
        }
        let isOthers = status.st_mode & S_IWOTH != 0
        let isGroups = status.st_mode & S_IWGRP != 0 && status.st_gid != 0 && status.st_gid != getegid()
        guard !isOthers, !isGroups else {
            throw refusal(path, "can be written by others, expected mode 0755 or less")
        }
    }

    /// Loads what was checked, whatever lies at its path by now. The descriptor stays open, also where what was loaded
    /// cannot be used: the loader knows a library by its name, and no other must get this one.
    private static func load(
        _ descriptor: Int32, named name: String, _ path: String
    ) throws(FrameError) -> Plugin {
        guard let library = dlopen("/proc/self/fd/\(descriptor)", RTLD_NOW | RTLD_LOCAL) else {
            let reason = dlerror().map { String(cString: $0) } ?? "the loader gives no reason"
            close(descriptor)
            throw refusal(
                path, "cannot be loaded", reason.replacing("/proc/self/fd/\(descriptor)", with: path))
        }
        guard let symbol = dlsym(library, "inpaint_plugin") else {
            throw refusal(path, "is no plugin: it has no function inpaint_plugin")
        }
        typealias Entry = @convention(c) () -> UnsafePointer<InpaintPlugin>?
        guard let table = unsafeBitCast(symbol, to: Entry.self)() else {
            throw refusal(path, "is no plugin: inpaint_plugin returns no table")
        }
        return try Plugin(table, named: name, path: path)
    }

    static func refusal(_ path: String, _ detail: String, _ underlying: String? = nil) -> FrameError {
        FrameError(.badData, subject: path, detail: detail, underlying: underlying)
    }
}
