import Digests

/// Texts that the command line makes of bytes it has.
package enum AdminTokens {
    /// 32 hex digits, a name for a client's own bookkeeping.
    package static func digest(_ text: String) -> String {
        String(SHA256Digest.hash(Array(text.utf8)).hex.prefix(32))
    }

    /// The value of a Content-Digest field (RFC 9530 section 2).
    package static func contentDigest(_ body: [UInt8]) -> String {
        "sha-256=:\(Base64.encode(SHA256Digest.hash(body).bytes)):"
    }
}
