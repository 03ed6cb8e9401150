import Blobs
import Digests
import GRDB
import NIOCore
import Objects

extension WriteTransaction {
    /// Stores a content or finds it, and takes one reference on it. `size` is what the caller says it has.
    func reference(_ new: NewContent, size: Int64) throws -> ContentRef {
        let stored = try store(new, references: 1)
        // What is copied may have been appended to since it was looked up.
        if case .existing = new, stored.length > size, size > 0 { return stored.ref }
        guard stored.length == size else {
            throw StoreError.internalFault("a content of \(stored.length) bytes was announced as \(size)")
        }
        return stored.ref
    }

    /// Stores a content to which nothing refers yet.
    func publish(_ new: NewContent) throws -> ContentRef {
        let stored = try store(new, references: 0)
        return stored.ref
    }

    private func store(
        _ new: NewContent, references: Int64
    ) throws -> (ref: ContentRef, length: Int64) {
        switch new {
        case .empty:
            return (.empty, 0)
        case .inline(let body, let digest, let scope):
            let length = Int64(body.readableBytes)
            guard length > 0 else { return (.empty, 0) }
            guard length <= Int64(NewContent.maximumInlineLength) else {
                throw StoreError.internalFault("an inline content has \(length) bytes")
            }
            let ref = try storeInline(
                body, digest: digest.bytes, scope: scope.rawValue, references: references)
            return (ref, length)
        case .piece(let piece, let scope):
            guard !piece.chunks.isEmpty else { return (.empty, 0) }
            return (try storePiece(piece, scope: scope, references: references), piece.length)
        case .existing(let ref):
            return (ref, try retain(ref, references: references))
        case .slices(let slices):
            return try storeList(slices, references: references)
        }
    }

    private func storeInline(
        _ body: ByteBuffer, digest: [UInt8], scope: Int64, references: Int64
    ) throws -> ContentRef {
        // A row at zero that is met gets a new stamp, so that the sweeper waits for who has just met it.
        let id = try db.first(
            """
            INSERT INTO inline_content (scope, digest, count, stamp_epoch, stamp_time, body)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (scope, digest) DO UPDATE SET
                count = count + excluded.count,
                stamp_epoch = excluded.stamp_epoch, stamp_time = excluded.stamp_time
            RETURNING id
            """,
            [scope, digest, references, epoch, now, body]
        ) { $0.integer(0) }
        guard let id else { throw StoreError.internalFault("an inline content was not stored") }
        return ContentRef(-id)
    }

    /// Adds references to a content that is there and gives its length.
    @discardableResult
    func retain(_ ref: ContentRef, references: Int64 = 1) throws -> Int64 {
        if ref == .empty { return 0 }
        let length: Int64?
        if ref.isInline {
            length = try db.first(
                """
                UPDATE inline_content SET count = count + ?, stamp_epoch = ?, stamp_time = ? WHERE id = ?
                RETURNING length(body)
                """, [references, epoch, now, -ref.rawValue]
            ) { $0.integer(0) }
        } else {
            // A content that the sweeper has begun to unwind is out of every request's reach, by its epoch.
            length = try db.first(
                """
                UPDATE content SET count = count + ?, stamp_epoch = ?, stamp_time = ?
                WHERE id = ? AND is_dying = 0 RETURNING length
                """, [references, epoch, now, ref.rawValue]
            ) { $0.integer(0) }
        }
        guard let length else {
            throw StoreError.internalFault("content \(ref.rawValue) is not there to be referred to")
        }
        return length
    }

    /// Takes one reference back and stamps the content with the present.
    func release(_ ref: ContentRef) throws {
        if ref == .empty { return }
        let changed =
            ref.isInline
            ? try db.change(
                "UPDATE inline_content SET count = count - 1, stamp_epoch = ?, stamp_time = ? WHERE id = ?",
                [epoch, now, -ref.rawValue])
            : try db.change(
                "UPDATE content SET count = count - 1, stamp_epoch = ?, stamp_time = ? WHERE id = ?",
                [epoch, now, ref.rawValue])
        guard changed == 1 else {
            throw StoreError.internalFault("content \(ref.rawValue) is not there to be released")
        }
    }

    /// A row of `content`; its pages or slices follow.
    func insertContent(length: Int64, depth: Int, isList: Bool, references: Int64) throws -> ContentRef {
        try db.run(
            """
            INSERT INTO content (length, count, depth, is_list, is_dying, stamp_epoch, stamp_time)
            VALUES (?, ?, ?, ?, 0, ?, ?)
            """, [length, references, depth, isList, epoch, now])
        return ContentRef(db.lastInsertedRowID)
    }

    func depth(of ref: ContentRef) throws -> Int {
        if ref.rawValue <= 0 { return 0 }
        guard let depth = try db.integer("SELECT depth FROM content WHERE id = ?", [ref.rawValue]) else {
            throw StoreError.internalFault("content \(ref.rawValue) is not there")
        }
        return Int(depth)
    }
}
