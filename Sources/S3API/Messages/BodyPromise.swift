import Auth
import Digests
import HTTPServer
import Objects

/// All that a request promises about its body, compared when the last byte is in and before anything is stored.
struct BodyPromise: Sendable {
    var md5: MD5Digest?
    var sha256: SHA256Digest?
    var checksum: ClaimedChecksum?
    /// Bytes without the framing of aws-chunked; nil for a chunked transfer of unknown length.
    var length: Int64?

    /// - Parameter describesObject: the checksum among the headers is not that of the body.
    ///
    /// Throws `InvalidDigest`, `InvalidRequest`, `InvalidArgument`.
    init(_ call: S3Call, length: Int64?, describesObject: Bool = false) throws(S3Error) {
        let headers = call.headers
        if let text = headers[first: "content-md5"] {
            guard let bytes = Base64.decode(text.trimmed), let digest = MD5Digest(bytes: bytes) else {
                throw S3Error(.invalidDigest, fields: [("Content-MD5", text)])
            }
            md5 = digest
        }
        if case .signedDigest(let digest) = call.identity.payload { sha256 = digest }
        if !describesObject { checksum = try ClaimedChecksum.inHeaders(headers) }
        self.length = length
    }

    /// Nothing but a length is needed to store a body; these are computed on the way.
    func digests(alsoMD5: Bool, also algorithm: ChecksumAlgorithm? = nil) -> BodyDigests {
        var checksums: Set<ChecksumAlgorithm> = []
        // SHA-256 as digest of the payload and as checksum is the same work: it is done once.
        if let claimed = checksum?.algorithm, claimed != .sha256 { checksums.insert(claimed) }
        if let algorithm, algorithm != .sha256 { checksums.insert(algorithm) }
        let needsSHA256 = sha256 != nil || checksum?.algorithm == .sha256 || algorithm == .sha256
        return BodyDigests(md5: alsoMD5 || md5 != nil, sha256: needsSHA256, checksums: checksums)
    }

    /// Compares; returns the checksum to keep: the claimed one, else the one that was also asked for.
    ///
    /// Throws `IncompleteBody`, `BadDigest`, `XAmzContentSHA256Mismatch`, and `MalformedTrailerError` for a
    /// promised trailer that did not come.
    func check(
        _ facts: BodyFacts, trailers: HeaderFields, also algorithm: ChecksumAlgorithm? = nil
    ) throws(S3Error) -> ObjectChecksum? {
        if let length, facts.length != length { throw S3Error(.incompleteBody) }
        if let md5, facts.md5 != md5 {
            throw S3Error(
                .badDigest,
                fields: [
                    ("ExpectedDigest", Base64.encode(md5.bytes)),
                    ("CalculatedDigest", Base64.encode(facts.md5?.bytes ?? [])),
                ])
        }
        if let sha256, let computed = facts.sha256, computed != sha256 {
            throw S3Error(
                .contentSHA256Mismatch,
                fields: [
                    ("ClientComputedContentSHA256", sha256.hex), ("S3ComputedContentSHA256", computed.hex),
                ])
        }
        guard let kept = checksum?.algorithm ?? algorithm else { return nil }
        guard let computed = kept == .sha256 ? facts.sha256?.bytes : facts.checksums[kept] else { return nil }
        if let checksum {
            let claimed: [UInt8]
            if let value = checksum.value {
                claimed = value
            } else {
                guard let text = trailers[first: kept.headerName] else {
                    throw S3Error(
                        .invalidRequest, "The trailer \(kept.headerName) was announced and not sent.")
                }
                claimed = try ClaimedChecksum.bytes(text.trimmed, kept)
            }
            guard claimed == computed else { throw ClaimedChecksum.mismatch(kept) }
        }
        return ObjectChecksum(algorithm: kept, value: computed)
    }
}
