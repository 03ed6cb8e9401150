package import Blobs
package import Digests
import NIOCore
package import Objects

extension CatalogModel {
    package func takeSegmentID() throws -> SegmentID {
        try write { state in
            let id = SegmentID(state.nextSegment)
            state.nextSegment += 1
            state.taken[id] = state.epoch
            return id
        }
    }

    package func liveChunk(_ digest: SHA256Digest, length: Int, scope: DedupScope) throws -> Place? {
        read { state in
            let name = CatalogModelState.ChunkName(scope: scope, digest: digest)
            guard let place = state.chunks[name], state.idleChunks[name] == nil, place.length == length else {
                return nil
            }
            return place
        }
    }

    package func publishContent(_ content: NewContent) async throws -> ContentRef {
        try write { try $0.store(content).ref }
    }

    package func extents(of content: ContentRef, range: Range<Int64>, limit: Int) async throws -> ExtentPage {
        try read { state in
            let all = try state.extents(of: content, range)
            let extents = Array(all.prefix(max(limit, 1)))
            let next = range.lowerBound + extents.reduce(0) { $0 + Int64($1.length) }
            return ExtentPage(extents: extents, next: next < range.upperBound ? next : nil)
        }
    }

    package func slices(of content: ContentRef) async throws -> [ContentSlice] {
        try read { state in
            if content == .empty { return [] }
            guard let stored = state.contents[content] else { throw StoreError.corrupt("no such content") }
            if case .list(let slices) = stored { return slices }
            return [ContentSlice(content: content, offset: 0, length: state.length(of: content))]
        }
    }

    package func objectParts(of content: ContentRef, size: Int64) async throws -> [ObjectPart]? {
        read { $0.parts(of: content, size: size) }
    }

    package func advanceEpoch() async throws { try write { $0.epoch += 1 } }

    package func unwindContents(grace: Int64, now: Int64, limit: Int) async throws -> Int {
        try write { $0.unwind(grace: grace, now: now, limit: limit) }
    }

    package func reclaimChunks(grace: Int64, now: Int64, limit: Int) async throws -> Int {
        try write { $0.reclaimChunks(grace: grace, now: now, limit: limit) }
    }

    package func reclaims(limit: Int) async throws -> [Reclaim] { read { Array($0.reclaims.prefix(limit)) } }

    package func forgetReclaims(_ ids: [Int64]) async throws {
        try write { state in state.reclaims.removeAll { ids.contains($0.id) } }
    }

    package func unreferencedSegments(among ids: [SegmentID]) async throws -> [SegmentID] {
        try write { state in
            ids.filter { id in
                state.isOutOfReach(id) && !state.chunks.values.contains { $0.segment == id }
                    && !state.reclaims.contains { $0.place.segment == id }
            }
        }
    }

    package func reapUploads(now: Int64, limit: Int) async throws -> [Upload] {
        try write { state in
            let over = state.uploads.map(\.upload).filter { $0.expires <= now }
                .sorted { $0.expires < $1.expires }.prefix(limit)
            state.uploads.removeAll { stored in over.contains { $0.id == stored.upload.id } }
            return over.filter { $0.state == .open }
        }
    }

    package func statistics() async throws -> CatalogStatistics {
        read { state in
            var totals = CatalogStatistics()
            for versions in state.versions.values.flatMap(\.values) {
                if versions.first?.isDeleteMarker == false { totals.objects += 1 }
                totals.logicalBytes += versions.reduce(0) { $0 + $1.size }
            }
            totals.chunks = Int64(state.chunks.count)
            totals.chunkBytes = state.chunks.values.reduce(0) { $0 + Int64($1.length) }
            for case .inline(let body, _, _) in state.contents.values {
                totals.inlineContents += 1
                totals.inlineBytes += Int64(body.readableBytes)
            }
            totals.uploads = Int64(state.uploads.count { $0.upload.state == .open })
            totals.buckets = Int64(state.buckets.count)
            totals.awaitingSweep = Int64(
                state.idleContents.count + state.idleChunks.count + state.reclaims.count)
            return totals
        }
    }

    package func verify(repairCounts: Bool, limit: Int) async throws -> [String] { [] }

    package func chunks(after: Place?, limit: Int) async throws -> [StoredChunk] {
        read { state in
            let sorted = state.chunks.map { StoredChunk(digest: $0.key.digest, place: $0.value) }
                .sorted { $0.place < $1.place }
            return Array(sorted.filter { chunk in after.map { $0 < chunk.place } ?? true }.prefix(limit))
        }
    }

    package func inlineContents(after: Int64, limit: Int) async throws -> [StoredInline] {
        read { state in
            let stored: [StoredInline] = state.contents.compactMap { ref, content in
                guard case .inline(let body, let digest, _) = content, -ref.rawValue > after else {
                    return nil
                }
                return StoredInline(id: -ref.rawValue, digest: digest, body: body)
            }
            return Array(stored.sorted { $0.id < $1.id }.prefix(limit))
        }
    }

    package func objects(
        needing places: Set<Place>, inline: Set<Int64>, limit: Int
    ) async throws -> [String] {
        try read { state in
            var names: [String] = []
            for (bucket, keys) in state.versions {
                for version in keys.values.joined() {
                    let needs = try state.needs(version.content, 0..<version.size, places, inline)
                    if needs { names.append("\(state.buckets[bucket]?.name.string ?? "?")/\(version.key)") }
                }
            }
            return Array(names.sorted().prefix(limit))
        }
    }
}

extension CatalogModelState {
    /// Whether the range of a content needs a byte of these chunks or inline rows.
    fileprivate func needs(
        _ ref: ContentRef, _ range: Range<Int64>, _ places: Set<Place>, _ inline: Set<Int64>
    ) throws -> Bool {
        if range.isEmpty { return false }
        switch contents[ref] {
        case nil: return false
        case .inline: return inline.contains(-ref.rawValue)
        case .chunks(let chunks):
            var position: Int64 = 0
            return chunks.contains { chunk in
                defer { position += Int64(chunk.length) }
                return places.contains(chunk) && range.overlaps(position..<position + Int64(chunk.length))
            }
        case .list(let slices):
            var position: Int64 = 0
            return try slices.contains { slice in
                defer { position += slice.length }
                let part = range.clamped(to: position..<position + slice.length)
                let start = slice.offset - position
                return try needs(
                    slice.content, part.lowerBound + start..<part.upperBound + start, places, inline)
            }
        }
    }
}
