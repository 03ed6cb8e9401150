package import Digests

/// One byte range of a body that is put to the URL of its object piece by piece (`Content-Range`).
package struct RangePut: Sendable {
    package var bucket: Bucket
    package var key: ObjectKey
    /// The key that sends it; other keys' uploads never mix with it.
    package var author: KeyID
    /// First byte, from 0.
    package var start: Int64
    /// The last byte that the header names. It is inclusive; when the body is exactly one byte shorter than that,
    /// it was exclusive.
    package var last: Int64
    /// Bytes of the whole, at least 1.
    package var total: Int64
    package var declaredLength: Int64?
    /// The client's own `Upload-Id`.
    package var clientToken: String?
    /// SHA-256 of the whole (`Repr-Digest`).
    package var announcedDigest: SHA256Digest?
    package var preconditions: WritePreconditions
    /// Bytes allowed for the whole.
    package var limit: Int64
    /// Whether the request carries metadata at all; one that does must agree with the first chunk, and so must one
    /// that carries conditions.
    package var declaresMetadata: Bool
    /// Those of the first chunk count.
    package var attributes: ObjectAttributes
    /// How the file is encrypted.
    package var protection: RangeProtection
    /// For those who are told of changes; nil tells nobody.
    package var origin: ChangeOrigin?

    package init(
        bucket: Bucket, key: ObjectKey, author: KeyID, start: Int64, last: Int64, total: Int64,
        declaredLength: Int64? = nil, clientToken: String? = nil, announcedDigest: SHA256Digest? = nil,
        preconditions: WritePreconditions = .none, limit: Int64 = .max, declaresMetadata: Bool = false,
        attributes: ObjectAttributes = .none, protection: RangeProtection = .none,
        origin: ChangeOrigin? = nil
    ) {
        self.bucket = bucket
        self.key = key
        self.author = author
        self.start = start
        self.last = last
        self.total = total
        self.declaredLength = declaredLength
        self.clientToken = clientToken
        self.announcedDigest = announcedDigest
        self.preconditions = preconditions
        self.limit = limit
        self.declaresMetadata = declaresMetadata
        self.attributes = attributes
        self.protection = protection
        self.origin = origin
    }

    /// The bytes that a body of `length` bytes stands for. Throws `invalidRange` when the header says otherwise.
    func range(bodyLength length: Int64) throws(StoreError) -> Range<Int64> {
        let inclusive = last.subtractingReportingOverflow(start - 1)
        guard start >= 0, last >= start, !inclusive.overflow, length > 0,
            length == inclusive.partialValue || length == inclusive.partialValue - 1, start <= total - length
        else { throw .invalidRange }
        return start..<(start + length)
    }
}

/// How a file that comes in ranges is encrypted, and whence the keys of what is there already come, with which its
/// ranges must be compared.
package struct RangeProtection: Sendable {
    /// Of an upload that begins now; one that is open keeps its own. Nil encrypts nothing.
    var method: ObjectEncryption.Method?
    var key: @Sendable (ObjectEncryption.Method) async throws -> [UInt8]

    /// Nothing is encrypted, and nothing that is can be continued.
    package static let none = RangeProtection(nil) { _ in throw StoreError.noSuchEncryptionKey }

    /// - Parameter key: gives the 32 bytes that a method names.
    package init(
        _ method: ObjectEncryption.Method?,
        key: @escaping @Sendable (ObjectEncryption.Method) async throws -> [UInt8]
    ) {
        self.method = method
        self.key = key
    }

    /// What decrypts an object or a part; nil encryption needs nothing.
    func cipher(_ encryption: ObjectEncryption?) async throws -> ContentCipher {
        guard let encryption else { return .none }
        return ContentCipher(encryption, key: try await key(encryption.method))
    }
}

/// What a chunk led to.
package enum RangeAnswer: Sendable {
    /// Durable; bytes are missing.
    case stored(UploadStatus)
    /// Nothing is missing and the object is there.
    case completed(ObjectVersion)
    /// Nothing is missing; the announced digest of a large body is still being verified.
    case processing(UploadStatus)
}

/// How far a range upload has come.
package struct UploadStatus: Sendable {
    package var upload: Upload
    package var total: Int64
    /// Durable bytes, ascending, not touching each other.
    package var received: [Range<Int64>]
    package var missing: [Range<Int64>]

    package init(upload: Upload, total: Int64, received: [Range<Int64>]) {
        self.upload = upload
        self.total = total
        self.received = received
        var missing: [Range<Int64>] = []
        var next: Int64 = 0
        for range in received {
            if range.lowerBound > next { missing.append(next..<range.lowerBound) }
            next = range.upperBound
        }
        if next < total { missing.append(next..<total) }
        self.missing = missing
    }
}
