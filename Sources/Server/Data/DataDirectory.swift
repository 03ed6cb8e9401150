import Digests
import Glibc
import Synchronization

/// The one directory in which everything is kept, locked for this process while it lives.
///
/// See "What is stored where" in STORAGE.md.
package final class DataDirectory: Sendable {
    /// The on-disk format that this version writes.
    package static let format = 1
    /// Bytes set aside so that deletes can commit on a full disk.
    private static let reserveLength = 16 << 20
    /// Fewer free bytes than this are none: beside the reserve as much again must remain for deletes.
    private static let leastRoom = Int64(2 * reserveLength)

    package let path: String
    /// 32 bytes that encrypt API secrets.
    package let masterKey: [UInt8]
    private let lock: Int32
    private let reserve = Atomic(false)

    package var catalogPath: String { path + "/catalog.sqlite" }
    /// Where bytes wait that nothing refers to yet; emptied at each start.
    package var stagingPath: String { path + "/staging" }
    /// Pictures that were made of files; they can be made again.
    package var picturesPath: String { path + "/pictures" }
    package var socketPath: String { Self.socketPath(in: path) }

    package static func socketPath(in path: String) -> String { path + "/admin.sock" }

    /// Opens or creates a directory and takes its lock. What it creates is durable when it returns.
    ///
    /// Throws `DataDirectoryError`.
    package init(path: String) throws {
        self.path = path
        // The directory may be older than the store and open to others; what is made in it never is.
        umask(0o077)
        if try Self.makeDirectory(path) { try Self.sync(directory: path + "/..") }
        lock = try Self.takeLock(path)
        do {
            try Self.checkFormat(path)
            masterKey = try Self.loadMasterKey(path)
            try Self.makeDirectory(path + "/segments")
            try Self.makeDirectory(path + "/staging")
            try Self.makeDirectory(path + "/quarantine")
            reserve.store(Self.takeReserve(path), ordering: .relaxed)
            try Self.sync(directory: path)
        } catch {
            close(lock)
            throw error
        }
    }

    deinit { close(lock) }

    /// False while the disk is full and the reserve is given up for deletes.
    package var holdsReserve: Bool { reserve.load(ordering: .relaxed) }

    /// Whether so little is free that the reserve is needed. Blocks.
    package var isShort: Bool { space.free < Self.leastRoom }

    /// Gives the reserve back to the file system: deletes can commit again. Blocks.
    package func releaseReserve() {
        unlink(path + "/RESERVE")
        reserve.store(false, ordering: .relaxed)
    }

    /// Takes the reserve again once there is room for it and more. Blocks.
    package func renewReserve() {
        guard !holdsReserve, !isShort else { return }
        reserve.store(Self.takeReserve(path), ordering: .relaxed)
    }

    /// Throws `DataDirectoryError` when nothing can be created here, for other reasons than a full disk. Blocks.
    package func probe() throws {
        let file = path + "/staging/.probe"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == ENOSPC || errno == EDQUOT { return }
            throw DataDirectoryError.io("cannot create \(file)", errno: errno)
        }
        close(descriptor)
        unlink(file)
    }

    /// Bytes that are free for the store, and of the whole file system.
    package var space: (free: Int64, total: Int64) {
        var stats = statvfs()
        guard statvfs(path, &stats) == 0 else { return (0, 0) }
        return (Int64(stats.f_bavail) * Int64(stats.f_frsize), Int64(stats.f_blocks) * Int64(stats.f_frsize))
    }

    /// Whether it was not there before.
    @discardableResult
    private static func makeDirectory(_ path: String) throws -> Bool {
        if mkdir(path, 0o700) == 0 { return true }
        guard errno == EEXIST else { throw DataDirectoryError.io("cannot create \(path)", errno: errno) }
        return false
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
        guard let text = try read(file) else {
            // A store without its number is damage, not a first start: it may be of any format.
            guard access(path + "/catalog.sqlite", F_OK) != 0 else {
                throw DataDirectoryError.unknownFormat(path, found: "unknown")
            }
            return try write(Array("\(format)\n".utf8), to: file)
        }
        guard text == "\(format)\n" else {
            throw DataDirectoryError.unknownFormat(path, found: text.filter { !$0.isNewline })
        }
    }

    private static func loadMasterKey(_ path: String) throws -> [UInt8] {
        let file = path + "/master.key"
        if let text = try read(file) {
            guard let key = hexDecode(text.filter { !$0.isNewline }), key.count == 32 else {
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

    /// The beginning of a small file, nil only when there is none: what cannot be read must not be replaced.
    private static func read(_ file: String) throws -> String? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw DataDirectoryError.io("cannot open \(file)", errno: errno)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw DataDirectoryError.io("cannot read \(file)", errno: errno) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
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

    /// False when there is no room for it. A file system that cannot set room aside is not a full one.
    private static func takeReserve(_ path: String) -> Bool {
        let descriptor = open(path + "/RESERVE", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return errno != ENOSPC && errno != EDQUOT }
        defer { close(descriptor) }
        let failure = posix_fallocate(descriptor, 0, off_t(reserveLength))
        if failure != 0 { unlink(path + "/RESERVE") }
        return failure != ENOSPC && failure != EDQUOT
    }

    private static func sync(directory path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DataDirectoryError.io("cannot open \(path)", errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw DataDirectoryError.io("cannot sync \(path)", errno: errno) }
    }
}
