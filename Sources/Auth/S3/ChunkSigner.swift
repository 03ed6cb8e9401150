import Digests

/// The chain of signatures over the chunks of a body: each covers the one before, the first the request's.
///
/// Source: AWS S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in
/// Multiple Chunks".
package struct ChunkSigner: Sendable {
    private static let emptyDigest = SHA256Digest.hash([UInt8]()).hex

    let accessKeyID: String
    private let timestamp: String
    private let scope: String
    private let signingKey: [UInt8]
    /// The signature before, in hex: the request's at first.
    private(set) var previous: String

    init(
        accessKeyID: String, timestamp: AWSTimestamp, scope: CredentialScope, signingKey: [UInt8],
        seed: String
    ) {
        self.accessKeyID = accessKeyID
        self.timestamp = timestamp.text
        self.scope = scope.text
        self.signingKey = signingKey
        previous = seed
    }

    /// Throws unless `signature` is that of the next chunk, whose bytes have this digest.
    mutating func verifyChunk(_ digest: SHA256Digest, signature: [UInt8]) throws(S3AuthError) {
        try verify(
            "AWS4-HMAC-SHA256-PAYLOAD\n\(timestamp)\n\(scope)\n\(previous)\n\(Self.emptyDigest)\n\(digest.hex)",
            signature)
    }

    /// The same for the trailer, after the final chunk.
    mutating func verifyTrailer(_ digest: SHA256Digest, signature: [UInt8]) throws(S3AuthError) {
        try verify("AWS4-HMAC-SHA256-TRAILER\n\(timestamp)\n\(scope)\n\(previous)\n\(digest.hex)", signature)
    }

    private mutating func verify(_ stringToSign: String, _ provided: [UInt8]) throws(S3AuthError) {
        let expected = hexEncode(hmac(.sha256, key: signingKey, message: Array(stringToSign.utf8)))
        guard constantTimeEqual(Array(expected.utf8), provided) else {
            throw .signatureDoesNotMatch(
                SignatureEvidence(
                    accessKeyID: accessKeyID, signatureProvided: String(decoding: provided, as: UTF8.self),
                    stringToSign: stringToSign, isBody: true))
        }
        previous = expected
    }
}
