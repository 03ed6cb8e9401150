import COpenSSL

/// `count` bytes that nobody can predict, fit for keys and nonces.
///
/// The process stops when the generator fails: there is no safe answer instead.
package func randomBytes(_ count: Int) -> [UInt8] {
    precondition(
        count >= 0 && count <= Int(Int32.max), "A request for random bytes is between 0 and 2^31 - 1")
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        if count > 0 {
            mustSucceed(RAND_bytes(buffer.baseAddress, Int32(count)), "RAND_bytes")
        }
        initialized = count
    }
}
