import Blobs
import CatalogSQLite
import Objects

extension Client {
    /// Everything that clients were told is there, and nothing of the rest in part.
    func demandAccount() async throws {
        let account = self.account
        var present: Set<String> = []
        for key in account.keys.keys.sorted() {
            try await read(key)
            if try await head(key) != nil { present.insert(key) }
        }
        let listed = try await machine.store.list(ListQuery(bucket: machine.bucket.id, limit: 1000)).entries
        guard Set(listed.map { String(decoding: $0.marker, as: UTF8.self) }) == present else {
            throw Violation("the listing is not what can be read")
        }
        try await demandSettings()
        try await demandSound()
    }

    /// Every invariant holds and every stored byte has its digest.
    func demandSound() async throws {
        let report = try await machine.store.check(deep: true)
        guard report.isOK else { throw Violation("check: \(report.problems)") }
    }

    /// Parts that were acknowledged are there with their bytes.
    func demandParts() async throws {
        for (name, multipart) in account.multiparts {
            guard let upload = multipart.upload, !multipart.isEnding else { continue }
            let found = try await machine.store.upload(upload.id, machine.bucket, Self.key(multipart.key))
            let parts = try await machine.store.parts(found, after: 0, limit: 1000)
            for (number, sample) in multipart.parts where !multipart.uncertain.contains(number) {
                guard parts.contains(where: { $0.position == Int64(number) && $0.etag == sample.etag }) else {
                    throw Violation("part \(number) of \(name) is lost")
                }
            }
        }
    }

    /// What a client does after its server came back: again what it had no answer to, then the rest.
    func goOn() async throws {
        let unanswered = account.underWay.sorted { $0.key < $1.key }
        for (number, verb) in unanswered {
            do {
                try await perform(verb)
            } catch StoreError.noSuchUpload {
                // An abort that was done before, or an upload whose id never came.
                guard verb.mayFindNoUpload else { throw Violation("\(verb) found no upload") }
            }
            note { _ = $0.underWay.removeValue(forKey: number) }
        }
        for name in account.ranges.keys.sorted() { try await finishRanges(name) }
        for (name, multipart) in account.multiparts.sorted(by: { $0.key < $1.key }) {
            guard !multipart.isEnding, multipart.upload != nil, multipart.isWhole else { continue }
            try await perform(.complete(upload: name))
        }
    }

    /// After a sweep the segments hold what the catalog names, their indexes, and what of dead chunks shares a
    /// disk block with a live one.
    func demandNoOrphans() async throws {
        let (catalog, blobs) = (machine.catalog, machine.blobs)
        let chunks = try await catalog.chunks(after: nil, limit: 100_000)
        let totals = try await catalog.statistics()
        guard try await catalog.reclaims(limit: 1).isEmpty, totals.awaitingSweep == 0 else {
            throw Violation("the sweep left \(totals.awaitingSweep) things")
        }
        guard chunks.reduce(0, { $0 + Int64($1.place.length) }) == totals.chunkBytes else {
            throw Violation("the catalog does not know its bytes")
        }
        let live = Dictionary(grouping: chunks, by: \.place.segment)
        let segments = try blobs.list(after: nil, limit: 100_000)
        guard Set(segments) == Set(live.keys) else {
            throw Violation("segments \(segments) are there, the catalog names \(live.keys.sorted())")
        }
        for segment in segments {
            let index = try blobs.index(of: segment)
            let places = live[segment, default: []]
            let isKnown = places.allSatisfy { chunk in
                index.contains { $0.offset == chunk.place.offset && $0.digest == chunk.digest }
            }
            guard isKnown else { throw Violation("segment \(segment) does not know its chunks") }
            let size = try blobs.size(of: segment)
            let indexed = index.reduce(0) { $0 + Int64($1.length) }
            let needed = places.reduce(size.logical - indexed) { $0 + Int64($1.place.length) }
            let most = needed + Int64(index.count + 2) * 2 * Self.block
            guard size.blocks * 512 <= most else {
                throw Violation("segment \(segment) takes \(size.blocks * 512) bytes for \(needed)")
            }
        }
    }

    private static var block: Int64 { 4096 }

    /// Takes everything away and demands that nothing is left of it.
    func demandEmptiness() async throws {
        try await machine.letUploadsExpire()
        let listed = try await machine.store.list(ListQuery(bucket: machine.bucket.id, limit: 1000)).entries
        let deletions = listed.map {
            ObjectDeletion(
                bucket: machine.bucket.id, key: ObjectKey(stored: $0.marker), now: machine.store.now)
        }
        for result in try await machine.store.delete(deletions) { _ = try result.get() }
        _ = try await machine.store.sweep(grace: 0)
        let totals = try await machine.store.statistics()
        guard totals.segmentBytes == 0, try machine.blobs.list(after: nil, limit: 10).isEmpty else {
            throw Violation("\(totals.segmentBytes) bytes of segments are left")
        }
        let catalog = totals.catalog
        guard catalog.objects == 0, catalog.chunks == 0, catalog.inlineContents == 0, catalog.uploads == 0,
            catalog.awaitingSweep == 0
        else { throw Violation("the catalog keeps \(catalog)") }
        try await demandSound()
    }
}

extension Verb {
    fileprivate var mayFindNoUpload: Bool {
        if case .abort = self { true } else { false }
    }
}

extension Ledger.Multipart {
    /// Whether the acknowledged parts make the object.
    var isWhole: Bool {
        parts.sorted { $0.key < $1.key }.flatMap(\.value.bytes) == whole.bytes
    }
}
