import NIOCore
import Objects
import Synchronization
import Testing

@testable import Server

/// What a store does that has no room for bytes.
@Suite struct FullDiskTests {
    private final class Slabs: BodySource {
        private let count: Int
        private let slab: ByteBuffer
        private let given = Atomic(0)
        private let onNext: @Sendable (Int) -> Void

        /// Calls `onNext` with the number of each slab before it is given.
        init(_ count: Int, _ length: Int, onNext: @escaping @Sendable (Int) -> Void = { _ in }) {
            self.count = count
            slab = ByteBuffer(repeating: 7, count: length)
            self.onNext = onNext
        }

        func next() async throws -> ByteBuffer? {
            let number = given.wrappingAdd(1, ordering: .relaxed).newValue
            guard number <= count else { return nil }
            onNext(number)
            return slab
        }
    }

    private let folder: TemporaryDirectory
    private let parts: Parts

    init() throws {
        folder = try TemporaryDirectory()
        parts = try Parts(dataPath: folder.file("data"), configuration: .forTests) { _ in }
    }

    private func put(_ name: String, _ body: any BodySource) async throws {
        let bucketName = try #require(BucketName("demo"))
        let bucket = try #require(try await parts.store.bucket(bucketName))
        let key = try #require(ObjectKey(Array(name.utf8)))
        _ = try await parts.store.put(PutTarget(bucket: bucket, key: key), body: body, limit: 1 << 30) { _ in
            ObjectDescription(metadata: ObjectMetadata(contentType: "text/plain"))
        }
    }

    @Test func bodiesAreRefusedAndDeletesGoOn() async throws {
        _ = try await CreateProject(
            project: "demo", displayName: nil, email: nil, id: nil, makesBucket: true
        ).run(in: parts.admin)
        try await put("small", Slabs(1, 10))
        parts.store.refusesBytes = true
        for length in [10, 100_000] {
            await #expect(throws: StoreError.outOfSpace) { try await put("more", Slabs(1, length)) }
        }
        let bucketName = try #require(BucketName("demo"))
        let bucket = try #require(try await parts.store.bucket(bucketName))
        let key = try #require(ObjectKey(Array("small".utf8)))
        let results = try await parts.store.delete([
            ObjectDeletion(bucket: bucket.id, key: key, now: parts.store.now)
        ])
        #expect(throws: Never.self) { try results[0].get() }
        parts.store.refusesBytes = false
        try await put("more", Slabs(1, 10))
        await parts.close()
    }

    @Test func aBodyOnItsWayIsRefusedToo() async throws {
        _ = try await CreateProject(
            project: "demo", displayName: nil, email: nil, id: nil, makesBucket: true
        ).run(in: parts.admin)
        await #expect(throws: StoreError.outOfSpace) {
            try await put(
                "long", Slabs(2, 100_000) { [store = parts.store] in store.refusesBytes = $0 == 2 })
        }
        await parts.close()
    }

    /// One upload that was too large for the disk has given its room back: the others go on.
    @Test func whereThereIsRoomNothingIsGivenUp() async throws {
        try await parts.makeRoom()
        #expect(parts.data.holdsReserve && !parts.store.refusesBytes)
        parts.data.releaseReserve()
        parts.store.refusesBytes = true
        try await parts.regainRoom()
        #expect(parts.data.holdsReserve && !parts.store.refusesBytes)
        await parts.close()
    }
}
