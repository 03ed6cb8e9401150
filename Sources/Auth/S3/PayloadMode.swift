package import Digests
package import NIOCore
package import Objects

/// What `x-amz-content-sha256` says about the body.
///
/// Source: AWS S3 API Reference, "Signature Calculations for the Authorization Header".
package enum PayloadMode: Hashable, Sendable {
    /// The SHA-256 of the body; `verify` it before anything is visible.
    case signedDigest(SHA256Digest)
    case unsigned
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD` and `…-TRAILER`: the body is aws-chunked, every chunk signed.
    case streamingSigned(trailer: Bool)
    /// `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: the body is aws-chunked.
    case streamingUnsignedTrailer
    /// Not said, as in most presigned and all anonymous requests; the body is unsigned.
    case unspecified

    static let header = "x-amz-content-sha256"
    static let unsignedText = "UNSIGNED-PAYLOAD"

    /// Nil for a value that AWS does not name, or names for public-key signatures only.
    init?(_ text: String) {
        switch text {
        case Self.unsignedText: self = .unsigned
        case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": self = .streamingSigned(trailer: false)
        case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": self = .streamingSigned(trailer: true)
        case "STREAMING-UNSIGNED-PAYLOAD-TRAILER": self = .streamingUnsignedTrailer
        default:
            guard let digest = SHA256Digest(hex: text) else { return nil }
            self = .signedDigest(digest)
        }
    }

    /// Whether the body is framed as aws-chunked.
    package var isChunked: Bool {
        switch self {
        case .streamingSigned, .streamingUnsignedTrailer: true
        case .signedDigest, .unsigned, .unspecified: false
        }
    }

    /// Whether the store must compute the SHA-256 of the body: ask for it in `BodyDigests`.
    package var needsSHA256: Bool {
        if case .signedDigest = self { true } else { false }
    }

    /// For use in a `Describe`: throws `contentSHA256Mismatch` when the body is another than was signed.
    ///
    /// A digest that was not computed does not pass either.
    package func verify(_ facts: BodyFacts) throws(S3AuthError) {
        try verify(facts.sha256)
    }

    /// For bodies that a door collects, and for those that are empty.
    package func verify(_ body: ByteBuffer) throws(S3AuthError) {
        guard needsSHA256 else { return }
        try verify(SHA256Digest.hash(body.readableBytesSpan))
    }

    private func verify(_ computed: SHA256Digest?) throws(S3AuthError) {
        guard case .signedDigest(let signed) = self, computed != signed else { return }
        throw .contentSHA256Mismatch(client: signed.hex, computed: computed?.hex ?? "")
    }
}
