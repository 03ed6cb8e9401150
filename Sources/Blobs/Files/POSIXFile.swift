internal import Glibc

/// A file of the operating system.
package final class POSIXFile: DiskFile {
    package let descriptor: Int32

    /// Takes over `descriptor` and closes it in the end.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// A file in memory, gone when it is closed.
    package static func inMemory() throws(DiskFailure) -> POSIXFile {
        let descriptor = LinuxCalls.makeMemoryFile()
        guard descriptor >= 0 else { throw DiskFailure(.create, errno: errno) }
        return POSIXFile(descriptor: descriptor)
    }

    deinit {
        // A failed close of a file that was synced, or is thrown away, tells nothing worth knowing.
        _ = close(descriptor)
    }

    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(DiskFailure) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0 && errno == EINTR { continue }
            // No progress without an error does not happen on regular files; it must not become a loop.
            guard count > 0 else { throw DiskFailure(.write, errno: count < 0 ? errno : EIO) }
            done += count
        }
    }

    package func read(
        into memory: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(DiskFailure) -> Int {
        var done = 0
        while done < memory.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: memory[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw DiskFailure(.read, errno: errno) }
            if count == 0 { break }
            done += count
        }
        return done
    }

    package func truncate(to length: Int64) throws(DiskFailure) {
        while ftruncate(descriptor, off_t(length)) != 0 {
            if errno != EINTR { throw DiskFailure(.truncate, errno: errno) }
        }
    }

    package func startWriteBack(offset: Int64, length: Int64) {
        LinuxCalls.startWriteBack(descriptor, offset: offset, length: length)
    }

    /// Not even EINTR is retried: whether the first attempt has lost bytes cannot be known.
    package func sync() throws(DiskFailure) {
        guard fdatasync(descriptor) == 0 else { throw DiskFailure(.sync, errno: errno) }
    }

    package func punch(offset: Int64, length: Int64) throws(DiskFailure) {
        let code = LinuxCalls.punchHole(descriptor, offset: offset, length: length)
        guard code == 0 else { throw DiskFailure(.punch, errno: code) }
    }

    package func status() throws(DiskFailure) -> FileStatus {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw DiskFailure(.status, errno: errno) }
        return FileStatus(facts)
    }
}

extension FileStatus {
    init(_ facts: stat) {
        self.init(
            size: Int64(facts.st_size), blocks: Int64(facts.st_blocks), blockSize: Int64(facts.st_blksize))
    }
}
