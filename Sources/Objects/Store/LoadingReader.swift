import Blobs
package import NIOCore
import Synchronization

/// Reads a range of an object into memory: loaded, and decrypted where it is sealed, on the disk pool, a run of at most a
/// MiB at a time.
package final class LoadingReader: BodySource {
    private static let loadLength = 1 << 20

    private struct State {
        var cursor: ExtentCursor
        var position: Int64
    }

    private let store: ObjectStore
    private let cipher: ContentCipher?
    private let hold: EpochHold
    private let deadline: Int64
    /// One task reads, the lock only says so to the compiler.
    private let state: Mutex<State>

    init(store: ObjectStore, version: ObjectVersion, range: Range<Int64>, cipher: ContentCipher?) {
        self.store = store
        self.cipher = cipher
        hold = store.hold()
        deadline = store.now + store.settings.maximumReadTime
        let slice = ContentSlice(
            content: version.content, offset: range.lowerBound, length: range.upperBound - range.lowerBound)
        state = Mutex(State(cursor: ExtentCursor(store.catalog, slices: [slice]), position: range.lowerBound))
    }

    /// - Throws: `corrupt` when stored bytes are missing, `expired` when reading took longer than the store allows.
    package func next() async throws -> ByteBuffer? {
        var state = self.state.withLock { $0 }
        guard let extent = try await state.cursor.head() else { return nil }
        guard store.now < deadline else { throw StoreError.expired }
        let count = min(extent.length, Self.loadLength)
        let (run, blobs, cipher, position) = (extent.taking(count), store.blobs, self.cipher, state.position)
        let plain = try await store.onDisk {
            let loaded = try run.load(from: blobs)
            return cipher?.apply(to: loaded, at: position) ?? loaded
        }
        state.cursor.advance(by: count)
        state.position += Int64(count)
        let next = state
        self.state.withLock { $0 = next }
        return plain
    }
}

extension ObjectStore {
    /// Reads `range` of a version into memory, in clear where `cipher` is what it is encrypted with; see `open`.
    package func load(
        _ version: ObjectVersion, range: Range<Int64>, cipher: ContentCipher?
    ) -> LoadingReader {
        LoadingReader(store: self, version: version, range: range, cipher: cipher)
    }
}
