import Blobs
import Digests
import NIOCore
import Objects

/// Does the steps of a random run with one catalog, and tells what came of them in words that do not depend on
/// the ids which the catalog chose.
final class CatalogActor {
    let scene: CatalogScene
    private var holds: [EpochHold] = []
    /// Segments by the order in which they were taken.
    private var ordinals: [SegmentID: Int] = [:]

    init(_ catalog: any Catalog, _ clock: LawClock) async throws {
        scene = try await CatalogScene(catalog, clock)
    }

    private var catalog: any Catalog { scene.catalog }

    func outcome(of operation: CatalogOperation) async throws -> String {
        do {
            return try await perform(operation)
        } catch let error as StoreError {
            switch error {
            // A fault's text, and the id of a version, are the implementation's own.
            case .internalFault: return "fault"
            case .deleteMarker: return "marker"
            default: return "\(error)"
            }
        }
    }

    private func perform(_ operation: CatalogOperation) async throws -> String {
        switch operation {
        case .put(let key, let text, let conditions):
            return try await word(scene.put(key, text, conditions))
        case .putChunks(let key, let words):
            let hold = catalog.holdEpoch()
            defer { withExtendedLifetime(hold) {} }
            let piece = try piece(words)
            return try await word(scene.put(key, piece))
        case .putPieces(let key, let pieces):
            return try await putPieces(key, pieces)
        case .abandonPieces(let words):
            _ = try await catalog.publishContent(.piece(piece(words), scope: .instance))
            return "published"
        case .copy(let from, let to):
            let source = try await source(from)
            return try await word(
                catalog.commitObject(scene.commit(to, .existing(source.content), size: source.size)))
        case .copyRange(let from, let to, let start, let length):
            guard let slice = try await slice(from, start, length) else { return "too short" }
            let commit = try scene.commit(to, .slices([slice]), size: slice.length)
            return try await word(catalog.commitObject(commit))
        case .append(let key, let words, let offset):
            let piece = try piece(words)
            var commit = try scene.commit(
                key, .piece(piece, scope: .instance), size: piece.length, tag: words.joined())
            let size = (try? await scene.current(key))?.size ?? 0
            commit.appendsAt = offset ?? size
            return try await word(catalog.commitObject(commit))
        case .rename(let from, let to, let token):
            return try await word(
                catalog.renameObject(
                    ObjectRename(
                        bucket: scene.bucket, source: CatalogScene.key(from),
                        destination: CatalogScene.key(to), author: scene.author, token: token,
                        now: scene.clock.now)))
        case .delete(let key):
            let deleted = try await scene.delete(key)
            return "\(deleted.existed) \(deleted.isDeleteMarker)"
        case .deleteVersion(let key, let index):
            let all = try await versions().filter { $0.key.description == key }
            guard index < all.count else { return "no such index" }
            let deleted = try await scene.delete(key, all[index].versionID)
            return "\(deleted.existed) \(deleted.isDeleteMarker)"
        case .setVersioning(let versioning):
            return "\(try await catalog.setVersioning(scene.bucket, versioning).versioning)"
        case .createUpload, .putPart, .copyPart, .complete, .abort, .newRange, .putRange, .reap:
            return try await performUpload(operation)
        case .hold, .release, .wait, .advance, .unwind, .reclaim, .forget:
            return try await performUpkeep(operation)
        }
    }

    private func performUpload(_ operation: CatalogOperation) async throws -> String {
        switch operation {
        case .createUpload(let id, let key):
            var upload = try scene.upload(key)
            upload.id = id
            upload.expires = scene.clock.now + 300
            try await catalog.createUpload(upload)
        case .putPart(let id, let number, let words):
            let piece = try piece(words)
            return try await putPart(id, number, .piece(piece, scope: .instance), piece.length)
        case .copyPart(let id, let number, let from, let start, let length):
            guard let slice = try await slice(from, start, length) else { return "too short" }
            return try await putPart(id, number, .slices([slice]), slice.length)
        case .complete(let id, let skipping, let minimum):
            let parts = try await catalog.parts(of: id, after: 0, limit: 99).enumerated().filter {
                !skipping.contains($0.offset)
            }.map { UploadCompletion.Part(number: Int($0.element.position), etag: $0.element.etag) }
            let completion = UploadCompletion(
                upload: id, parts: parts, minimumPartSize: minimum, modified: scene.clock.now, keepFor: 200)
            return try await word(catalog.completeUpload(completion))
        case .abort(let id):
            try await catalog.abortUpload(id)
        case .newRange(let id, let key, let total, let start, let text):
            var upload = try scene.upload(key, .ranges(total: total))
            upload.id = id
            let newest = try await catalog.rangeUploads(
                scene.bucket, upload.key, author: upload.author, total: total
            ).first { $0.state == .open }
            let commit = scene.range(.new(upload, newestSeen: newest?.id), at: start, text)
            return try await catalog.putRange(commit).word
        case .putRange(let id, let start, let text, let drops):
            var commit = scene.range(.existing(id), at: start, text)
            commit.expires = scene.clock.now + 300
            commit.dropsOthers = drops
            commit.seenOverlap = try await catalog.parts(of: id, overlapping: start..<start + commit.size)
            let outcome = try await catalog.putRange(commit)
            guard let version = outcome.version else { return outcome.word }
            return try await word(version, hasTag: false)
        default:
            return try await catalog.reapUploads(now: scene.clock.now, limit: 99).map(\.id.string).sorted()
                .joined(separator: " ")
        }
        return "done"
    }

    private func performUpkeep(_ operation: CatalogOperation) async throws -> String {
        let now = scene.clock.now
        switch operation {
        case .hold: holds.append(catalog.holdEpoch())
        case .release(let index): if index < holds.count { holds.remove(at: index) }
        case .advance: try await catalog.advanceEpoch()
        case .unwind(let grace): _ = try await catalog.unwindContents(grace: grace, now: now, limit: 100_000)
        case .reclaim(let grace):
            return "\(try await catalog.reclaimChunks(grace: grace, now: now, limit: 100_000))"
        case .forget(let count):
            // The oldest by place, for catalogs may queue the places of one sweep in any order.
            let some = try await catalog.reclaims(limit: 100_000).sorted { describe($0) < describe($1) }
            try await catalog.forgetReclaims(some.prefix(count).map(\.id))
        default: break
        }
        return "done"
    }

    // MARK: Steps

    private func piece(_ words: [String]) throws -> Piece {
        var piece = try scene.piece(words)
        if let segment = piece.segment { ordinals[segment] = ordinals.count }
        var seen: [SHA256Digest: Place] = [:]
        for index in piece.chunks.indices {
            let digest = piece.chunks[index].digest
            if let place = try seen[digest] ?? catalog.liveChunk(digest, length: 10, scope: .instance) {
                piece.chunks[index] = Chunk(digest: digest, place: place, isFresh: false)
            }
            seen[digest] = piece.chunks[index].place
        }
        return piece
    }

    private func putPieces(_ key: String, _ pieces: [[String]]) async throws -> String {
        let hold = catalog.holdEpoch()
        defer { withExtendedLifetime(hold) {} }
        var slices: [ContentSlice] = []
        for words in pieces {
            let piece = try piece(words)
            let ref = try await catalog.publishContent(.piece(piece, scope: .instance))
            slices.append(ContentSlice(content: ref, offset: 0, length: piece.length))
        }
        let size = slices.reduce(0) { $0 + $1.length }
        return try await word(catalog.commitObject(scene.commit(key, .slices(slices), size: size)))
    }

    private func source(_ key: String) async throws -> ObjectVersion {
        guard let version = try await scene.current(key) else { throw StoreError.noSuchKey }
        return version
    }

    private func slice(_ key: String, _ start: Int, _ length: Int) async throws -> ContentSlice? {
        let source = try await source(key)
        guard source.size >= Int64(start + length) else { return nil }
        return ContentSlice(content: source.content, offset: Int64(start), length: Int64(length))
    }

    private func putPart(_ id: UploadID, _ number: Int, _ content: NewContent, _ size: Int64) async throws
        -> String
    {
        let part = try await catalog.putPart(
            PartCommit(
                upload: id, number: number, content: content, size: size,
                etag: CatalogScene.etag("\(number) \(size)"), modified: scene.clock.now))
        return try await describe(part)
    }

    // MARK: Words

    private func word(_ version: ObjectVersion, hasTag: Bool = true) async throws -> String {
        let facts = CatalogLaw.word(.item(version))
        let tagged = hasTag && !version.etag.string.contains("-")
        let extents = try await describe(version.content, 0..<version.size)
        return ((tagged ? facts : facts.filter { $0 != version.etag.string }) + [extents]).joined(
            separator: " ")
    }

    private func describe(_ content: ContentRef, _ range: Range<Int64>) async throws -> String {
        try await scene.extents(content, range).map { extent in
            switch extent {
            case .bytes(let buffer): String(buffer: buffer)
            case .place(let place): describe(place)
            }
        }.joined(separator: " ")
    }

    private func describe(_ place: Place) -> String {
        "\(ordinals[place.segment] ?? -1):\(place.offset)+\(place.length)"
    }

    private func describe(_ part: UploadPart) async throws -> String {
        let range = part.slice.offset..<part.slice.offset + part.slice.length
        return "\(part.position) \(part.etag) \(try await describe(part.slice.content, range))"
    }

    private func describe(_ reclaim: Reclaim) -> String {
        "\(reclaim.isWholeSegment) \(describe(reclaim.place))"
    }

    private func versions() async throws -> [ObjectVersion] {
        try await catalog.listVersions(ListQuery(bucket: scene.bucket, limit: 1000), afterVersion: nil)
            .entries
            .compactMap { if case .item(let version) = $0 { version } else { nil } }
    }

    /// Everything that can be seen of the catalog.
    func state(uploads: [UploadID]) async throws -> [String] {
        var lines: [String] = []
        for version in try await versions() { lines.append(try await word(version)) }
        let page = try await catalog.listObjects(
            ListQuery(bucket: scene.bucket, delimiter: [UInt8(ascii: "/")], limit: 1000))
        lines += page.entries.map { String(decoding: $0.marker, as: UTF8.self) }
        for id in uploads {
            guard let upload = try await catalog.upload(id) else { continue }
            lines.append("\(id) \(upload.state == .open) \(upload.touched) \(upload.expires)")
            for part in try await catalog.parts(of: id, after: -1, limit: 99) {
                lines.append(try await describe(part))
            }
        }
        lines += try await catalog.reclaims(limit: 100_000).map(describe).sorted()
        lines.append("\(try await catalog.statistics())")
        lines += try await catalog.chunks(after: nil, limit: 100_000).map {
            "\($0.digest) \(describe($0.place))"
        }
        .sorted()
        return lines
    }
}
