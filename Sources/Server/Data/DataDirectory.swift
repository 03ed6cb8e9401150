import Digests
import FoundationEssentials
import Glibc

/// The one directory in which everything is kept, locked for this process while it lives.
///
/// See "What is stored where" in STORAGE.md.
package final class DataDirectory: Sendable {
    /// The on-disk format that this version writes.
    package static let format = 1
    /// Bytes set aside so that deletes can commit on a full disk.
    private static let reserveLength = 16 << 20

    package let path: String
    /// 32 bytes that encrypt API secrets.
    package let masterKey: [UInt8]
    private let lock: Int32

    package var catalogPath: String { path + "/catalog.sqlite" }
    package var socketPath: String { Self.socketPath(in: path) }

    package static func socketPath(in path: String) -> String { path + "/admin.sock" }

    /// Opens or creates a directory and takes its lock. Throws `DataDirectoryError`.
    package init(path: String) throws {
        self.path = path
        try Self.makeDirectory(path)
        lock = try Self.takeLock(path)
        do {
            try Self.checkFormat(path)
            masterKey = try Self.loadMasterKey(path)
            try Self.makeDirectory(path + "/segments")
            try Self.makeDirectory(path + "/staging")
            try Self.makeDirectory(path + "/quarantine")
            Self.reserve(path)
            try Self.sync(directory: path)
        } catch {
            close(lock)
            throw error
        }
    }

    deinit { close(lock) }

    /// Gives the reserve back to the file system: deletes can commit again.
    package func releaseReserve() {
        unlink(path + "/RESERVE")
    }

    /// Takes the reserve again, once there is room.
    package func renewReserve() {
        Self.reserve(path)
    }

    /// Bytes that are free for the store, and of the whole file system.
    package var space: (free: Int64, total: Int64) {
        var stats = statvfs()
        guard statvfs(path, &stats) == 0 else { return (0, 0) }
        return (Int64(stats.f_bavail) * Int64(stats.f_frsize), Int64(stats.f_blocks) * Int64(stats.f_frsize))
    }

    private static func makeDirectory(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw DataDirectoryError.io("cannot create \(path)", errno: errno)
        }
    }

    private static func takeLock(_ path: String) throws -> Int32 {
        let lock = open(path + "/LOCK", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw DataDirectoryError.io("cannot open \(path)/LOCK", errno: errno) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(lock)
            if code == EWOULDBLOCK { throw DataDirectoryError.inUse(path) }
            throw DataDirectoryError.io("cannot lock \(path)", errno: code)
        }
        return lock
    }

    private static func checkFormat(_ path: String) throws {
        let file = path + "/FORMAT"
        guard let data = try? Data(contentsOf: URL(filePath: file)) else {
            return try write(Array("\(format)\n".utf8), to: file)
        }
        let text = String(decoding: data.prefix(32), as: UTF8.self)
        guard text == "\(format)\n" else {
            throw DataDirectoryError.unknownFormat(path, found: text.filter { !$0.isNewline })
        }
    }

    private static func loadMasterKey(_ path: String) throws -> [UInt8] {
        let file = path + "/master.key"
        if let data = try? Data(contentsOf: URL(filePath: file)) {
            guard let key = hexDecode(String(decoding: data.prefix(64), as: UTF8.self)), key.count == 32
            else {
                throw DataDirectoryError.badMasterKey(file)
            }
            return key
        }
        // A missing key beside a catalog would make every stored secret unreadable: that is damage, not a first start.
        guard access(path + "/catalog.sqlite", F_OK) != 0 else { throw DataDirectoryError.badMasterKey(file) }
        let key = randomBytes(32)
        try write(Array((hexEncode(key) + "\n").utf8), to: file)
        return key
    }

    /// Whole or not at all: written beside, synced, renamed.
    private static func write(_ bytes: [UInt8], to file: String) throws {
        let beside = file + ".new"
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DataDirectoryError.io("cannot create \(beside)", errno: errno) }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
            rename(beside, file) == 0
        else { throw DataDirectoryError.io("cannot write \(file)", errno: errno) }
    }

    private static func reserve(_ path: String) {
        // Without room there is no reserve; the disk is as full as it would be with it.
        let descriptor = open(path + "/RESERVE", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        if posix_fallocate(descriptor, 0, off_t(reserveLength)) != 0 { unlink(path + "/RESERVE") }
        close(descriptor)
    }

    private static func sync(directory path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DataDirectoryError.io("cannot open \(path)", errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw DataDirectoryError.io("cannot sync \(path)", errno: errno) }
    }
}
