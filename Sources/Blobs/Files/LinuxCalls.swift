internal import Glibc

/// System calls that Linux has and the `Glibc` module, which is made without GNU extensions, does not show.
/// Each is looked up once; where it is absent, the caller does without.
enum LinuxCalls {
    private typealias RangeCall = @convention(c) (Int32, Int32, off_t, off_t) -> Int32
    private typealias SyncRangeCall = @convention(c) (Int32, off_t, off_t, UInt32) -> Int32
    private typealias MemoryFileCall = @convention(c) (UnsafePointer<CChar>, UInt32) -> Int32

    private static let fallocate = symbol("fallocate", as: RangeCall.self)
    private static let syncFileRange = symbol("sync_file_range", as: SyncRangeCall.self)
    private static let memfdCreate = symbol("memfd_create", as: MemoryFileCall.self)

    /// fallocate(2) with FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE; returns 0 or an errno.
    static func punchHole(_ descriptor: Int32, offset: Int64, length: Int64) -> Int32 {
        guard let fallocate else { return EOPNOTSUPP }
        while fallocate(descriptor, 0x02 | 0x01, off_t(offset), off_t(length)) != 0 {
            if errno != EINTR { return errno }
        }
        return 0
    }

    /// sync_file_range(2) with SYNC_FILE_RANGE_WRITE: begins to write dirty pages and does not wait.
    static func startWriteBack(_ descriptor: Int32, offset: Int64, length: Int64) {
        _ = syncFileRange?(descriptor, off_t(offset), off_t(length), 0x02)
    }

    /// memfd_create(2) with MFD_CLOEXEC: a file that lives in memory only; -1 with `errno` set on failure.
    static func makeMemoryFile() -> Int32 {
        guard let memfdCreate else {
            errno = ENOSYS
            return -1
        }
        return memfdCreate("segment", 0x01)
    }

    private static func symbol<Function>(_ name: String, as type: Function.Type) -> Function? {
        guard let process = dlopen(nil, RTLD_NOW), let address = dlsym(process, name) else { return nil }
        return unsafeBitCast(address, to: type)
    }
}
