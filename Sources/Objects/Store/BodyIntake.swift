import Blobs
import Digests
import NIOCore

/// Hashes, cuts and writes one body as its slabs arrive.
///
/// A body within the inline limit stays in memory and touches no disk. Everything here is synchronous; the
/// caller runs `absorb` and `finish` on the disk pool as soon as `needsDisk` says so.
// Safe because it is used by one request, which awaits each step before it begins the next.
final class BodyIntake: @unchecked Sendable {
    private let makeWriter: @Sendable () -> BlobWriter
    private let scope: DedupScope
    private let hashes: BodyHashes
    private let cipher: ContentCipher?
    private var writer: BlobWriter?
    private var inline = ByteBuffer()
    private var root = SHA256()
    private(set) var head: [UInt8] = []
    private(set) var length: Int64 = 0
    /// Segments published by this body, for undoing a body that is refused.
    private(set) var freshSegments: [SegmentID] = []

    init(
        digests: BodyDigests, scope: DedupScope, declaredLength: Int64?,
        cipher: ContentCipher? = nil, makeWriter: @escaping @Sendable () -> BlobWriter
    ) {
        self.makeWriter = makeWriter
        self.scope = scope
        hashes = BodyHashes(digests)
        self.cipher = cipher
        if let declaredLength, declaredLength > Int64(NewContent.maximumInlineLength) {
            writer = makeWriter()
        }
    }

    /// Whether taking `count` more bytes goes beyond memory.
    func needsDisk(toTake count: Int) -> Bool {
        writer != nil || inline.readableBytes + count > NewContent.maximumInlineLength
    }

    /// Takes a slab; returns the pieces that it completed.
    func absorb(_ slab: ByteBuffer) throws -> [Piece] {
        let position = length
        length += Int64(slab.readableBytes)
        hashes.update(slab)
        if head.count < BodyFacts.headLength {
            head.append(contentsOf: slab.readableBytesView.prefix(BodyFacts.headLength - head.count))
        }
        // What is said of a body is said of its plain bytes; what is stored is not.
        let slab = cipher?.apply(to: slab, at: position) ?? slab
        guard needsDisk(toTake: slab.readableBytes) else {
            var copy = slab
            inline.writeBuffer(&copy)
            return []
        }
        let writer = self.writer ?? makeWriter()
        self.writer = writer
        var pieces: [Piece] = []
        if inline.readableBytes > 0 {
            pieces = try writer.write(inline)
            inline.clear()
        }
        pieces += try writer.write(slab)
        return noted(pieces)
    }

    /// The last of the body: its content when it is small, else the last piece.
    func finish() throws -> (last: NewContent?, facts: BodyFacts) {
        var content: NewContent?
        if let writer {
            if let piece = try writer.finish() {
                _ = noted([piece])
                content = .piece(piece, scope: scope)
            }
        } else if inline.readableBytes > 0 {
            let digest = SHA256Digest.hash(inline.readableBytesSpan)
            note(digest, length: inline.readableBytes)
            content = .inline(inline, digest: digest, scope: scope)
        }
        return (content, facts())
    }

    /// Removes what is staged. Published segments are the caller's to remove.
    func discard() {
        writer?.discard()
    }

    private func noted(_ pieces: [Piece]) -> [Piece] {
        for piece in pieces {
            if let segment = piece.segment { freshSegments.append(segment) }
            for chunk in piece.chunks { note(chunk.digest, length: chunk.place.length) }
        }
        return pieces
    }

    private func note(_ digest: SHA256Digest, length: Int) {
        root.update(digest.bytes)
        root.update((0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) })
    }

    private func facts() -> BodyFacts {
        var facts = BodyFacts(length: length, root: root.finalize(), head: head)
        hashes.finalize(into: &facts)
        return facts
    }
}
