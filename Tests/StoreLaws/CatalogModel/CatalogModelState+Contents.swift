import Blobs
import NIOCore
import Objects

extension CatalogModelState {
    /// Stores a content or finds it. References are not counted here: they are what refers to it.
    mutating func store(_ new: NewContent) throws -> (ref: ContentRef, length: Int64) {
        switch new {
        case .empty:
            return (.empty, 0)
        case .inline(let body, let digest, let scope):
            if body.readableBytes == 0 { return (.empty, 0) }
            let found = contents.first { _, content in
                guard case .inline(_, let other, let otherScope) = content else { return false }
                return other == digest && otherScope == scope
            }
            let ref = found?.key ?? newRef(isInline: true)
            contents[ref] = .inline(body, digest: digest, scope: scope)
            idleContents[ref] = nil
            return (ref, Int64(body.readableBytes))
        case .piece(let piece, let scope):
            if piece.chunks.isEmpty { return (.empty, 0) }
            let places = try piece.chunks.map { try place($0, scope) }
            let ref = newRef(isInline: false)
            contents[ref] = .chunks(places)
            return (ref, piece.length)
        case .existing(let ref):
            if ref == .empty { return (.empty, 0) }
            guard contents[ref] != nil else { throw StoreError.internalFault("no such content") }
            idleContents[ref] = nil
            return (ref, length(of: ref))
        case .slices(let slices):
            let slices = slices.filter { $0.length > 0 }
            if slices.isEmpty { return (.empty, 0) }
            return (try storeList(slices), slices.reduce(0) { $0 + $1.length })
        }
    }

    mutating func storeList(_ slices: [ContentSlice]) throws -> ContentRef {
        guard slices.allSatisfy({ $0.offset + $0.length <= length(of: $0.content) }) else {
            throw StoreError.internalFault("a slice reaches beyond its content")
        }
        var slices = slices
        while let deepest = slices.map({ depth(of: $0.content) }).max(), deepest >= NewContent.maximumDepth {
            slices = slices.flatMap { depth(of: $0.content) < deepest ? [$0] : children(of: $0) }
        }
        let ref = newRef(isInline: false)
        contents[ref] = .list(slices)
        return ref
    }

    func length(of ref: ContentRef) -> Int64 {
        switch contents[ref] {
        case nil: 0
        case .inline(let body, _, _): Int64(body.readableBytes)
        case .chunks(let places): places.reduce(0) { $0 + Int64($1.length) }
        case .list(let slices): slices.reduce(0) { $0 + $1.length }
        }
    }

    /// The extents of the range, one after the other.
    func extents(of ref: ContentRef, _ range: Range<Int64>) throws -> [Extent] {
        guard range.upperBound <= length(of: ref) else { throw StoreError.corrupt("not there") }
        var extents: [Extent] = []
        var position: Int64 = 0
        func clip(_ length: Int64, _ body: (Range<Int64>) throws -> Void) rethrows {
            let overlap = range.clamped(to: position..<position + length)
            if !overlap.isEmpty { try body(overlap.lowerBound - position..<overlap.upperBound - position) }
            position += length
        }
        switch contents[ref] {
        case nil: break
        case .inline(let body, _, _):
            clip(Int64(body.readableBytes)) { part in
                let slice = body.getSlice(at: body.readerIndex + Int(part.lowerBound), length: part.count)
                extents.append(.bytes(slice ?? ByteBuffer()))
            }
        case .chunks(let places):
            for place in places {
                clip(Int64(place.length)) { part in
                    extents.append(
                        .place(
                            Place(
                                segment: place.segment, offset: place.offset + part.lowerBound,
                                length: part.count)))
                }
            }
        case .list(let slices):
            for slice in slices {
                try clip(slice.length) { part in
                    extents += try self.extents(
                        of: slice.content, slice.offset + part.lowerBound..<slice.offset + part.upperBound)
                }
            }
        }
        return extents
    }

    /// Removes what is at zero and out of reach; whether there may be more.
    mutating func unwind(grace: Int64, now: Int64, limit: Int) -> Int {
        var left = limit
        for (ref, stamp) in idleContents where stamp.epoch < oldestHeld && stamp.time <= now - grace {
            if left <= 0 { break }
            switch contents.removeValue(forKey: ref) {
            case .chunks(let places): left -= max(places.count, 1)
            case .list(let slices): left -= max(slices.count, 1)
            case .inline, nil: left -= 1
            }
        }
        return limit - left
    }

    mutating func reclaimChunks(grace: Int64, now: Int64, limit: Int) -> Int {
        let going = idleChunks.filter { $0.value.epoch < oldestHeld && $0.value.time <= now - grace }.keys
            .prefix(limit)
        var segments: Set<SegmentID> = []
        for name in going {
            guard let place = chunks.removeValue(forKey: name) else { continue }
            segments.insert(place.segment)
            queue(place, isWhole: false)
        }
        for segment in segments
        where isOutOfReach(segment) && !chunks.values.contains(where: { $0.segment == segment }) {
            let bytes = reclaims.filter { $0.place.segment == segment }.reduce(0) { $0 + $1.place.length }
            reclaims.removeAll { $0.place.segment == segment }
            queue(Place(segment: segment, offset: 0, length: bytes), isWhole: true)
        }
        return going.count
    }

    /// Nobody who could still commit chunks of the segment is running.
    func isOutOfReach(_ segment: SegmentID) -> Bool {
        taken[segment, default: 0] < oldestHeld
    }

    private mutating func queue(_ place: Place, isWhole: Bool) {
        reclaims.append(Reclaim(id: nextReclaim, place: place, isWholeSegment: isWhole))
        nextReclaim += 1
    }

    /// A chunk that is known keeps its place; a second copy is queued for freeing.
    private mutating func place(_ chunk: Chunk, _ scope: DedupScope) throws -> Place {
        let name = ChunkName(scope: scope, digest: chunk.digest)
        if let known = chunks[name] {
            if chunk.isFresh, known != chunk.place { queue(chunk.place, isWhole: false) }
            return known
        }
        guard chunk.isFresh else { throw StoreError.internalFault("the chunk is gone") }
        chunks[name] = chunk.place
        return chunk.place
    }

    private mutating func newRef(isInline: Bool) -> ContentRef {
        defer { nextContent += 1 }
        return ContentRef(isInline ? -nextContent : nextContent)
    }

    func depth(of ref: ContentRef) -> Int {
        switch contents[ref] {
        case nil, .inline: 0
        case .chunks: 1
        case .list(let slices):
            max(1 + (slices.map { depth(of: $0.content) }.max() ?? 0), growing.contains(ref) ? 4 : 0)
        }
    }

    private func children(of slice: ContentSlice) -> [ContentSlice] {
        guard case .list(let slices) = contents[slice.content] else { return [slice] }
        let wanted = slice.offset..<slice.offset + slice.length
        var position: Int64 = 0
        return slices.compactMap { child in
            defer { position += child.length }
            let part = wanted.clamped(to: position..<position + child.length)
            if part.isEmpty { return nil }
            return ContentSlice(
                content: child.content, offset: child.offset + part.lowerBound - position,
                length: part.upperBound - part.lowerBound)
        }
    }
}
