package import Digests
package import NIOCore

/// A body on its way in; it has one reader.
package protocol BodySource: Sendable {
    /// What has arrived, up to 512 KiB, waiting only when nothing has; nil at the end.
    func next() async throws -> ByteBuffer?
}

/// What is to be computed while a body streams in.
package struct BodyDigests: Sendable {
    package var md5 = false
    package var sha256 = false
    package var sha1 = false
    package var sha512 = false
    package var checksums: Set<ChecksumAlgorithm> = []

    package init(
        md5: Bool = false, sha256: Bool = false, sha1: Bool = false, sha512: Bool = false,
        checksums: Set<ChecksumAlgorithm> = []
    ) {
        self.md5 = md5
        self.sha256 = sha256
        self.sha1 = sha1
        self.sha512 = sha512
        self.checksums = checksums
    }
}

/// What a body turned out to be.
package struct BodyFacts: Sendable {
    /// Bytes of `head`.
    package static let headLength = 512

    package var length: Int64
    package var md5: MD5Digest?
    package var sha256: SHA256Digest?
    package var sha1: [UInt8]?
    package var sha512: [UInt8]?
    package var checksums: [ChecksumAlgorithm: [UInt8]]
    /// SHA-256 over the chunks' digests and lengths: equal bytes received in one piece have equal roots.
    package var root: SHA256Digest
    /// The first bytes, for finding the type.
    package var head: [UInt8]

    package init(
        length: Int64, md5: MD5Digest? = nil, sha256: SHA256Digest? = nil, sha1: [UInt8]? = nil,
        sha512: [UInt8]? = nil, checksums: [ChecksumAlgorithm: [UInt8]] = [:], root: SHA256Digest,
        head: [UInt8]
    ) {
        self.length = length
        self.md5 = md5
        self.sha256 = sha256
        self.sha1 = sha1
        self.sha512 = sha512
        self.checksums = checksums
        self.root = root
        self.head = head
    }
}

/// What a door says of an object whose bytes are all in.
package struct ObjectDescription: Sendable {
    package var metadata: ObjectMetadata
    /// Nil: derived from the content.
    package var etag: ETag?
    package var checksum: ObjectChecksum?

    package init(metadata: ObjectMetadata, etag: ETag? = nil, checksum: ObjectChecksum? = nil) {
        self.metadata = metadata
        self.etag = etag
        self.checksum = checksum
    }
}

/// Called once when all bytes are in and before anything is visible; lengths, digests and trailers are compared
/// here, and a `StoreError` that it throws refuses the body.
package typealias Describe = @Sendable (BodyFacts) throws -> ObjectDescription
