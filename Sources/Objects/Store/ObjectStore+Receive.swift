import Blobs
import Logging
import NIOCore

/// A body whose bytes are durable but which nothing refers to yet.
struct ReceivedBody: Sendable {
    var content: NewContent
    var facts: BodyFacts
    var freshSegments: [SegmentID]
}

extension ObjectStore {
    /// Pieces of one body after which their contents are folded into one, so that no list grows without bound.
    private static let maximumLoosePieces = 1024

    /// Takes a body in: hashed, cut, written and synced, in one disk job a slab.
    ///
    /// The caller holds an epoch from before this call until its commit. Throws `bodyTooLarge` as soon as
    /// the body passes `limit`; whatever is thrown, nothing is visible and nothing stays staged.
    func receive(
        _ body: any BodySource, scope: DedupScope, digests: BodyDigests, limit: Int64, declaredLength: Int64?,
        cipher: ContentCipher? = nil
    ) async throws -> ReceivedBody {
        let (blobs, catalog) = (self.blobs, self.catalog)
        let intake = BodyIntake(
            digests: digests, scope: scope, declaredLength: declaredLength, cipher: cipher
        ) {
            BlobWriter(
                store: blobs, takeSegmentID: { try catalog.takeSegmentID() },
                isStored: { try catalog.liveChunk($0, length: $1, scope: scope) })
        }
        do {
            return try await take(
                body, into: intake, scope: scope, limit: limit, declaredLength: declaredLength)
        } catch {
            await discard(intake)
            throw StoreError(error)
        }
    }

    private func take(
        _ body: any BodySource, into intake: BodyIntake, scope: DedupScope, limit: Int64,
        declaredLength: Int64?
    ) async throws -> ReceivedBody {
        var loose: [ContentSlice] = []
        var ending: (last: NewContent?, facts: BodyFacts)?
        while let slab = try await body.next() {
            guard ending == nil, intake.length + Int64(slab.readableBytes) <= limit else {
                throw StoreError.bodyTooLarge(limit: limit)
            }
            guard !refusesBytes else { throw StoreError.outOfSpace }
            guard intake.needsDisk(toTake: slab.readableBytes) else {
                _ = try intake.absorb(slab)
                continue
            }
            let isLast = intake.length + Int64(slab.readableBytes) == declaredLength
            let (pieces, end) = try await onDisk {
                (try intake.absorb(slab), isLast ? try intake.finish() : nil)
            }
            ending = end
            for piece in pieces {
                try await publish(.piece(piece, scope: scope), length: piece.length, onto: &loose)
            }
        }
        if ending == nil {
            ending =
                intake.needsDisk(toTake: 0) ? try await onDisk { try intake.finish() } : try intake.finish()
        }
        guard let (last, facts) = ending else { throw StoreError.internalFault("a body has no end") }
        if let declaredLength, facts.length != declaredLength { throw StoreError.bodyIncomplete }
        let content: NewContent
        if loose.isEmpty {
            content = last ?? .empty
        } else {
            if let last {
                let rest = facts.length - loose.reduce(0) { $0 + $1.length }
                try await publish(last, length: rest, onto: &loose)
            }
            content = .slices(loose)
        }
        return ReceivedBody(content: content, facts: facts, freshSegments: intake.freshSegments)
    }

    private func publish(_ content: NewContent, length: Int64, onto loose: inout [ContentSlice]) async throws
    {
        let ref = try await catalog.publishContent(content)
        loose.append(ContentSlice(content: ref, offset: 0, length: length))
        if loose.count == Self.maximumLoosePieces {
            let total = loose.reduce(0) { $0 + $1.length }
            let folded = try await catalog.publishContent(.slices(loose))
            loose = [ContentSlice(content: folded, offset: 0, length: total)]
        }
    }

    /// Undoes a body that was refused after its bytes were written. Pieces that the catalog knows already are
    /// the sweeper's.
    func discard(_ received: ReceivedBody) async {
        guard case .piece(let piece, _) = received.content, let segment = piece.segment else { return }
        await remove(segment)
    }

    private func discard(_ intake: BodyIntake) async {
        // Unstructured, because a client that left has cancelled this task and the stage must go all the same.
        await Task { try? await pool.run { intake.discard() } }.value
    }

    private func remove(_ segment: SegmentID) async {
        let blobs = self.blobs
        await Task { [logger] in
            do {
                try await pool.run { try blobs.remove(segment) }
            } catch {
                logger.warning("a refused body is left to the sweeper", metadata: ["error": "\(error)"])
            }
        }.value
    }
}
