import Blobs
import Digests
import Glibc
import NIOCore
import Synchronization

/// What the store costs without HTTP and without a catalog: hashes, cuts, writes and syncs the same bytes
/// from several threads, and prints MiB a second as one line of JSON.
///
///     store-bench DIRECTORY FILE THREADS ROUNDS
///
/// Each thread stores the file ROUNDS times. No chunk is ever said to be stored already, so that every round
/// writes all its bytes.
@main
enum StoreBench {
    /// Bytes given to the writer at once, as a door gives them.
    private static let slabLength = 512 * 1024

    static func main() throws {
        let words = CommandLine.arguments
        guard words.count == 5, let threads = Int(words[3]), let rounds = Int(words[4]),
            (1...64).contains(threads), (1...10_000).contains(rounds)
        else {
            print("usage: store-bench DIRECTORY FILE THREADS ROUNDS")
            exit(2)
        }
        let body = try read(words[2])
        let run = Run(store: try FileSegments(directory: words[1]), body: body)
        let start = ContinuousClock.now
        let workers = (0..<threads).map { _ in Worker { for _ in 0..<rounds { try run.round() } } }
        for worker in workers { try worker.join() }
        let passed = (ContinuousClock.now - start) / .seconds(1)
        let stored = Double(threads * rounds) * Double(body.readableBytes) / 1_048_576
        print("{\"seconds\": \(passed), \"mib_per_second\": \(stored / passed)}")
    }

    private static func read(_ path: String) throws -> ByteBuffer {
        guard let file = fopen(path, "rb") else { throw Failure.unreadable(path) }
        defer { fclose(file) }
        var body = ByteBuffer()
        while true {
            let count = body.writeWithUnsafeMutableBytes(minimumWritableBytes: 1 << 20) {
                fread($0.baseAddress, 1, $0.count, file)
            }
            guard count > 0 else { break }
        }
        guard ferror(file) == 0, body.readableBytes > 0 else { throw Failure.unreadable(path) }
        return body
    }

    private enum Failure: Error {
        case unreadable(String)
    }

    /// The store and the body that all threads share.
    private final class Run: Sendable {
        private let store: FileSegments
        private let body: ByteBuffer
        private let ids = Atomic<Int64>(0)

        init(store: FileSegments, body: ByteBuffer) {
            self.store = store
            self.body = body
        }

        /// Stores the body once, synced.
        func round() throws {
            let writer = BlobWriter(
                store: store,
                takeSegmentID: { SegmentID(self.ids.wrappingAdd(1, ordering: .relaxed).newValue) },
                isStored: { _, _ in nil })
            var rest = body
            while let slab = rest.readSlice(length: min(slabLength, rest.readableBytes)),
                slab.readableBytes > 0
            {
                _ = try writer.write(slab)
            }
            _ = try writer.finish()
        }
    }
}
