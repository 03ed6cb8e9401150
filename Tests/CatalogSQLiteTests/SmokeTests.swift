import Blobs
import CatalogSQLite
import Digests
import Foundation
import Logging
import NIOCore
import Objects
import Testing

@Suite struct SmokeTests {
    @Test func wholeLife() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("catalog-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let catalog = try SQLiteCatalog(
            path: directory.appendingPathComponent("catalog.sqlite").path, logger: Logger(label: "test"),
            onFatal: { Issue.record("\($0)") })
        let (bucket, _) = try await catalog.createProject(
            NewProject(
                project: Project(id: ProjectID("p"), name: "p", displayName: "P", created: 1),
                bucket: BucketName("bucket"), domainHost: "p.localhost"))
        let b = try #require(bucket)
        let bytes = Array("hello".utf8)
        for i in 0..<10 {
            _ = try await catalog.commitObject(
                ObjectCommit(
                    bucket: b.id, key: ObjectKey("a/\(i)")!,
                    content: .inline(ByteBuffer(bytes: bytes), digest: .hash(bytes), scope: .instance),
                    size: 5, etag: ETag("x"), metadata: ObjectMetadata(contentType: "text/plain"), modified: 5
                ))
        }
        let page = try await catalog.listObjects(ListQuery(bucket: b.id, delimiter: [47], limit: 10))
        #expect(page.entries.count == 1)
        let id = try catalog.takeSegmentID()
        let chunks = (0..<3000).map { n in
            Chunk(
                digest: .hash(Array("\(n)".utf8)),
                place: Place(segment: id, offset: Int64(n * 10), length: 10), isFresh: true)
        }
        let v = try await catalog.commitObject(
            ObjectCommit(
                bucket: b.id, key: ObjectKey("big")!,
                content: .piece(Piece(chunks: chunks, length: 30000, segment: id), scope: .instance),
                size: 30000, etag: ETag("y"), metadata: ObjectMetadata(contentType: "text/plain"), modified: 5
            ))
        let e = try await catalog.extents(of: v.content, range: 15..<29995, limit: 5000)
        #expect(e.extents.count == 2999)
        #expect(try await catalog.verify(repairCounts: false, limit: 10) == [])
        _ = try await catalog.deleteObjects([ObjectDeletion(bucket: b.id, key: ObjectKey("big")!, now: 6)])
        try await catalog.advanceEpoch()
        while try await catalog.unwindContents(grace: 0, now: .max, limit: 700) {}
        try await catalog.advanceEpoch()
        var n = 0
        while case let k = try await catalog.reclaimChunks(grace: 0, now: .max, limit: 700), k > 0 { n += k }
        #expect(n == 3000)
        #expect(try await catalog.reclaims(limit: 10).map(\.isWholeSegment) == [true])
        #expect(try await catalog.verify(repairCounts: true, limit: 10) == [])
        await catalog.close()
    }
}
