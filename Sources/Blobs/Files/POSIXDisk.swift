internal import Glibc

/// The disk of the operating system.
package struct POSIXDisk: Disk {
    package init() {}

    package func create(_ path: String) throws(DiskFailure) -> any DiskFile {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw DiskFailure(.create, errno: errno) }
        return POSIXFile(descriptor: descriptor)
    }

    package func open(_ path: String, forWriting: Bool) throws(DiskFailure) -> any DiskFile {
        let access = forWriting ? O_RDWR : O_RDONLY
        let descriptor = Glibc.open(path, access | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw DiskFailure(.open, errno: errno) }
        return POSIXFile(descriptor: descriptor)
    }

    package func rename(_ path: String, to newPath: String) throws(DiskFailure) {
        guard Glibc.rename(path, newPath) == 0 else { throw DiskFailure(.rename, errno: errno) }
    }

    package func unlink(_ path: String) throws(DiskFailure) {
        guard Glibc.unlink(path) == 0 else { throw DiskFailure(.unlink, errno: errno) }
    }

    package func makeDirectory(_ path: String) throws(DiskFailure) {
        guard mkdir(path, 0o700) == 0 else { throw DiskFailure(.makeDirectory, errno: errno) }
    }

    package func syncDirectory(_ path: String) throws(DiskFailure) {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DiskFailure(.syncDirectory, errno: errno) }
        defer { _ = close(descriptor) }
        guard fsync(descriptor) == 0 else { throw DiskFailure(.syncDirectory, errno: errno) }
    }

    package func list(_ path: String, _ entry: (String) -> Void) throws(DiskFailure) {
        guard let stream = opendir(path) else { throw DiskFailure(.list, errno: errno) }
        defer { _ = closedir(stream) }
        while true {
            // The end and an error look alike, but for `errno`.
            errno = 0
            guard let found = readdir(stream) else { break }
            let name = withUnsafePointer(to: &found.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                    String(cString: $0)
                }
            }
            if name != "." && name != ".." { entry(name) }
        }
        guard errno == 0 else { throw DiskFailure(.list, errno: errno) }
    }

    package func status(_ path: String) throws(DiskFailure) -> FileStatus {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { throw DiskFailure(.status, errno: errno) }
        return FileStatus(facts)
    }
}
