import Digests
import NIOCore

/// The digests and checksums that are computed while bytes pass by; nearly always none or one of each.
// Safe because it is used by one request, which awaits each step before it begins the next.
final class BodyHashes: @unchecked Sendable {
    private var md5: MD5?
    private var sha256: SHA256?
    private var sha1: HashContext?
    private var sha512: HashContext?
    private let checksums: [Checksum]

    /// Gives a context, of which there are no copies, a place in an array.
    private final class Checksum {
        var context: ChecksumContext
        init(_ algorithm: ChecksumAlgorithm) { context = ChecksumContext(algorithm) }
    }

    init(_ wanted: BodyDigests) {
        if wanted.md5 { md5 = MD5() }
        if wanted.sha256 { sha256 = SHA256() }
        if wanted.sha1 { sha1 = HashContext(.sha1) }
        if wanted.sha512 { sha512 = HashContext(.sha512) }
        checksums = wanted.checksums.map { Checksum($0) }
    }

    func update(_ buffer: ByteBuffer) {
        let bytes = buffer.readableBytesSpan
        md5?.update(bytes)
        sha256?.update(bytes)
        sha1?.update(bytes)
        sha512?.update(bytes)
        for checksum in checksums { checksum.context.update(bytes) }
    }

    func finalize(into facts: inout BodyFacts) {
        facts.md5 = md5?.finalize()
        facts.sha256 = sha256?.finalize()
        facts.sha1 = sha1?.finalize()
        facts.sha512 = sha512?.finalize()
        for checksum in checksums {
            facts.checksums[checksum.context.algorithm] = checksum.context.finalize()
        }
    }
}
