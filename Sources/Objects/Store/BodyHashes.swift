import Digests
import NIOCore

/// The digests and checksums that are computed while bytes pass by; nearly always none or one of each.
// Safe because it is used by one request, which awaits each step before it begins the next.
final class BodyHashes: @unchecked Sendable {
    private var md5: MD5?
    private var sha256: SHA256?
    private var sha1: HashContext?
    private var sha512: HashContext?
    private var crc32: ChecksumContext?
    private var crc32c: ChecksumContext?
    private var crc64nvme: ChecksumContext?
    private var checksumSHA1: ChecksumContext?
    private var checksumSHA256: ChecksumContext?
    private var checksumSHA512: ChecksumContext?
    private var checksumMD5: ChecksumContext?

    init(_ wanted: BodyDigests) {
        if wanted.md5 { md5 = MD5() }
        if wanted.sha256 { sha256 = SHA256() }
        if wanted.sha1 { sha1 = HashContext(.sha1) }
        if wanted.sha512 { sha512 = HashContext(.sha512) }
        for algorithm in wanted.checksums {
            switch algorithm {
            case .crc32: crc32 = ChecksumContext(.crc32)
            case .crc32c: crc32c = ChecksumContext(.crc32c)
            case .crc64nvme: crc64nvme = ChecksumContext(.crc64nvme)
            case .sha1: checksumSHA1 = ChecksumContext(.sha1)
            case .sha256: checksumSHA256 = ChecksumContext(.sha256)
            case .sha512: checksumSHA512 = ChecksumContext(.sha512)
            case .md5: checksumMD5 = ChecksumContext(.md5)
            }
        }
    }

    func update(_ buffer: ByteBuffer) {
        let bytes = buffer.readableBytesSpan
        md5?.update(bytes)
        sha256?.update(bytes)
        sha1?.update(bytes)
        sha512?.update(bytes)
        crc32?.update(bytes)
        crc32c?.update(bytes)
        crc64nvme?.update(bytes)
        checksumSHA1?.update(bytes)
        checksumSHA256?.update(bytes)
        checksumSHA512?.update(bytes)
        checksumMD5?.update(bytes)
    }

    func finalize(into facts: inout BodyFacts) {
        facts.md5 = md5?.finalize()
        facts.sha256 = sha256?.finalize()
        facts.sha1 = sha1?.finalize()
        facts.sha512 = sha512?.finalize()
        facts.checksums[.crc32] = crc32?.finalize()
        facts.checksums[.crc32c] = crc32c?.finalize()
        facts.checksums[.crc64nvme] = crc64nvme?.finalize()
        facts.checksums[.sha1] = checksumSHA1?.finalize()
        facts.checksums[.sha256] = checksumSHA256?.finalize()
        facts.checksums[.sha512] = checksumSHA512?.finalize()
        facts.checksums[.md5] = checksumMD5?.finalize()
    }
}
