import Digests
import Foundation
import MediaProbe
import Objects
import Synchronization

/// Pictures that were made, in files below one directory, up to a number of bytes; those asked for longest ago go first.
///
/// They can be made again, so nothing is synced, and a file that is cut short is not one of ours: its length and digest
/// stand before its bytes.
final class PictureCache: Sendable {
    /// Which picture of which bytes, for whom.
    struct Name: Hashable, Sendable {
        let text: String

        /// By what the bytes are, not by where they lie: copies and new uploads of a file share its pictures. The project
        /// is part of it, so that nobody can put a picture under another's file.
        init(_ version: ObjectVersion, _ project: ProjectID, _ request: PictureRequest) {
            let words =
                [
                    project.string, version.etag.string, String(version.size),
                    version.encryption == nil ? "" : "\(version.content.rawValue)/\(version.sequence)",
                ] + request.words
            text = SHA256Digest.hash(Array(words.joined(separator: "\n").utf8)).hex
        }
    }

    private struct Entry {
        var size: Int64
        /// Counts up with each use.
        var used: Int64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var bytes: Int64 = 0
        var clock: Int64 = 0
    }

    private static let headLength = 32

    private let directory: URL
    private let limit: Int64
    private let pool: @Sendable (@escaping @Sendable () -> Void) async -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: bytes; 0 keeps nothing.
    ///   - onDisk: runs what blocks.
    init(
        directory: URL, limit: Int64,
        onDisk: @escaping @Sendable (@escaping @Sendable () -> Void) async -> Void
    ) {
        self.directory = directory
        self.limit = limit
        pool = onDisk
    }

    /// Finds what an earlier process kept.
    func open() async {
        await pool { [self] in find() }
    }

    private func find() {
        let manager = FileManager.default
        try? manager.createDirectory(at: directory, withIntermediateDirectories: true)
        let keys: [URLResourceKey] = [.fileSizeKey, .contentModificationDateKey]
        let files = (try? manager.contentsOfDirectory(at: directory, includingPropertiesForKeys: keys)) ?? []
        let found = files.map { file -> (String, Int64, Date) in
            let values = try? file.resourceValues(forKeys: Set(keys))
            return (
                file.lastPathComponent, Int64(values?.fileSize ?? 0),
                values?.contentModificationDate ?? .distantPast
            )
        }.sorted { $0.2 < $1.2 }
        state.withLock { state in
            for (name, size, _) in found {
                state.clock += 1
                state.entries[name] = Entry(size: size, used: state.clock)
                state.bytes += size
            }
        }
        evict()
    }

    func picture(_ name: Name, type: String) async -> Picture? {
        let isKept = state.withLock { state in
            guard state.entries[name.text] != nil else { return false }
            state.clock += 1
            state.entries[name.text]?.used = state.clock
            return true
        }
        guard isKept else { return nil }
        let file = directory.appendingPathComponent(name.text)
        let found = Mutex<[UInt8]?>(nil)
        await pool {
            guard let data = try? Data(contentsOf: file), data.count > Self.headLength else { return }
            let bytes = [UInt8](data.dropFirst(Self.headLength))
            guard SHA256Digest.hash(bytes).bytes == [UInt8](data.prefix(Self.headLength)) else { return }
            found.withLock { $0 = bytes }
        }
        guard let bytes = found.withLock({ $0 }) else {
            forget(name.text)
            return nil
        }
        return Picture(bytes: bytes, type: type)
    }

    func keep(_ picture: Picture, _ name: Name) async {
        let size = Int64(picture.bytes.count + Self.headLength)
        guard size <= limit / 8 else { return }
        let file = directory.appendingPathComponent(name.text)
        let isKept = Atomic(false)
        await pool {
            let data = Data(SHA256Digest.hash(picture.bytes).bytes + picture.bytes)
            isKept.store((try? data.write(to: file, options: .atomic)) != nil, ordering: .relaxed)
        }
        guard isKept.load(ordering: .relaxed) else { return }
        state.withLock { state in
            state.clock += 1
            state.bytes += size - (state.entries[name.text]?.size ?? 0)
            state.entries[name.text] = Entry(size: size, used: state.clock)
        }
        await pool { [self] in evict() }
    }

    private func forget(_ name: String) {
        state.withLock { state in
            state.bytes -= state.entries.removeValue(forKey: name)?.size ?? 0
        }
    }

    /// Removes the oldest until a tenth is free again, so that this is not done for each picture. Blocks.
    private func evict() {
        let going = state.withLock { state -> [String] in
            guard state.bytes > limit else { return [] }
            var going: [String] = []
            for (name, entry) in state.entries.sorted(by: { $0.value.used < $1.value.used }) {
                guard state.bytes > limit / 10 * 9 else { break }
                state.entries[name] = nil
                state.bytes -= entry.size
                going.append(name)
            }
            return going
        }
        for name in going { try? FileManager.default.removeItem(at: directory.appendingPathComponent(name)) }
    }
}
