import Digests

/// Names derived from what a client knows, for its own bookkeeping.
package enum AdminTokens {
    /// 32 hex digits.
    package static func digest(_ text: String) -> String {
        String(SHA256Digest.hash(Array(text.utf8)).hex.prefix(32))
    }
}
