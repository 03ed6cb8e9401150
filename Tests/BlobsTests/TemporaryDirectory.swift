import Glibc

/// A folder of its own for one test, removed with what is in it when the test lets go of it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/coffer-blobs-XXXXXX".utf8CString)
        struct NotMade: Error { let errno: Int32 }
        guard mkdtemp(&template) != nil else { throw NotMade(errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Self.remove(path)
    }

    /// Names of all files below, with their folders.
    var files: [String] {
        Self.files(path, "").sorted()
    }

    private static func entries(_ path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name.0) { String(cString: $0) }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    private static func isDirectory(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    private static func files(_ path: String, _ prefix: String) -> [String] {
        entries(path).flatMap { name in
            isDirectory("\(path)/\(name)") ? files("\(path)/\(name)", "\(prefix)\(name)/") : [prefix + name]
        }
    }

    private static func remove(_ path: String) {
        for name in entries(path) where isDirectory("\(path)/\(name)") { remove("\(path)/\(name)") }
        for name in entries(path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}
