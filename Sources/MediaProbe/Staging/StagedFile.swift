import Glibc
import SystemPackage

/// An object's bytes in a file that has no name: it is gone when nobody holds it any more, even after a crash.
final class StagedFile: Sendable {
    /// What a tool gets: it can read and nothing else.
    let readOnly: FileDescriptor
    let size: Int64
    /// False if only parts of the object lie in it, with holes between.
    let isWhole: Bool
    /// False if a film has more fragments than were stepped over, so that its length cannot be told.
    let hasWholeIndex: Bool
    /// The object's beginning, for those who look at it themselves.
    let head: [UInt8]

    static let headLength = 1 << 20

    init(readOnly: FileDescriptor, size: Int64, isWhole: Bool, hasWholeIndex: Bool, head: [UInt8]) {
        self.readOnly = readOnly
        self.size = size
        self.isWhole = isWhole
        self.hasWholeIndex = hasWholeIndex
        self.head = head
    }

    deinit {
        try? readOnly.close()
    }

    /// A file without a name in the directory. Where the file system has none (older overlays), it is made with a
    /// name that is taken away at once.
    static func unnamed(in directory: String) throws(Errno) -> FileDescriptor {
        let unnamed = FileDescriptor.OpenOptions(rawValue: 0o20_000_000 | O_DIRECTORY | O_CLOEXEC)
        do {
            return try FileDescriptor.open(
                FilePath(directory), .readWrite, options: unnamed, permissions: [.ownerReadWrite])
        } catch let error as Errno where error == .notSupported || error == .isDirectory {
            let path = directory + "/.probe-" + String(UInt64.random(in: .min ... .max), radix: 36)
            do {
                let file = try FileDescriptor.open(
                    FilePath(path), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
                    permissions: [.ownerReadWrite])
                unlink(path)
                return file
            } catch let error as Errno {
                throw error
            } catch {
                throw .ioError
            }
        } catch let error as Errno {
            throw error
        } catch {
            throw .ioError
        }
    }

    static func reopened(_ file: FileDescriptor) throws -> FileDescriptor {
        try FileDescriptor.open(
            FilePath("/proc/self/fd/\(file.rawValue)"), .readOnly, options: [.closeOnExec])
    }
}
