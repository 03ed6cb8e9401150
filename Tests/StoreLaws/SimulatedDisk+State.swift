import Blobs
import Glibc

extension SimulatedDisk.State {
    /// Counts the operation; throws if it is to fail.
    mutating func begin(_ kind: DiskFailure.Operation, _ path: String) throws(DiskFailure) {
        let operation = SimulatedDisk.Operation(kind: kind, path: path)
        let number = log.count
        log.append(operation)
        guard number < powerLasts else { throw DiskFailure(kind, errno: EIO) }
        for failure in failures {
            if let errno = failure(number, operation) { throw DiskFailure(kind, errno: errno) }
        }
    }

    /// Whether the machine still runs: an operation that fails then has had some effect.
    var hasPower: Bool { log.count <= powerLasts }

    func entry(_ path: String) -> SimulatedDiskDirectory.Entry? {
        var entry = SimulatedDiskDirectory.Entry.directory(top)
        for name in path.split(separator: "/") {
            guard case .directory(let directory) = entry, let next = directory.live[String(name)] else {
                return nil
            }
            entry = next
        }
        return entry
    }

    func directory(
        _ path: some StringProtocol, for kind: DiskFailure.Operation
    ) throws(DiskFailure) -> SimulatedDiskDirectory {
        guard let entry = entry(String(path)) else { throw DiskFailure(kind, errno: ENOENT) }
        guard case .directory(let directory) = entry else { throw DiskFailure(kind, errno: ENOTDIR) }
        return directory
    }

    func node(_ path: String, for kind: DiskFailure.Operation) throws(DiskFailure) -> SimulatedDiskNode {
        guard let entry = entry(path) else { throw DiskFailure(kind, errno: ENOENT) }
        guard case .file(let node) = entry else { throw DiskFailure(kind, errno: EISDIR) }
        return node
    }

    /// The directory in which `path` is or would be an entry, and its name there.
    func parent(
        _ path: String, for kind: DiskFailure.Operation
    ) throws(DiskFailure) -> (SimulatedDiskDirectory, String) {
        guard let slash = path.lastIndex(of: "/") else { throw DiskFailure(kind, errno: ENOENT) }
        return (try directory(path[..<slash], for: kind), String(path[path.index(after: slash)...]))
    }
}
