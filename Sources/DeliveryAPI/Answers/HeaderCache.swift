import HTTPServer
import Objects
import Synchronization

/// Finished header fields of files that were served to anybody lately.
///
/// What a version says never changes and no other version has its number, so an entry cannot be out of date; it
/// only takes room.
final class HeaderCache: Sendable {
    /// Versions at once, about a KiB each.
    private static let capacity = 4096

    private struct Name: Hashable {
        var file: FileID
        var sequence: Int64
    }

    private let entries = Mutex<[Name: HeaderFields]>([:])

    func fields(of version: ObjectVersion, make: () -> HeaderFields) -> HeaderFields {
        let name = Name(file: version.file, sequence: version.sequence)
        if let known = entries.withLock({ $0[name] }) { return known }
        var fields = make()
        fields.vouch()
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
            entries[name] = fields
        }
        return fields
    }
}
