import COpenSSL

/// Whether two byte strings are equal, in a time that depends on their lengths only.
///
/// Different lengths are unequal at once: the length of a MAC or a token is no secret.
package func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    guard !a.isEmpty else { return true }
    return CRYPTO_memcmp(a, b, a.count) == 0
}
