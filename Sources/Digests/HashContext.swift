import COpenSSL

/// A hash in progress, with one OpenSSL context that serves any number of messages in turn.
package struct HashContext: ~Copyable {
    package let algorithm: HashAlgorithm
    private let context: OpaquePointer
    /// Whether a message has begun. Beginning is put off until it is needed, so that a context which
    /// is finished and dropped does not pay for another start.
    private var isRunning = false

    package init(_ algorithm: HashAlgorithm) {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("No memory for a hash context") }
        self.algorithm = algorithm
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        begin()
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        mustSucceed(EVP_DigestUpdate(context, base, bytes.count), "EVP_DigestUpdate")
    }

    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    package mutating func update(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of what was given since the last one; the context is then ready for a new message.
    package mutating func finalize() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: algorithm.byteCount) { buffer, count in
            finalize(into: UnsafeMutableRawBufferPointer(buffer))
            count = buffer.count
        }
    }

    /// Forgets what was given so far.
    package mutating func reset() {
        isRunning = false
    }

    /// Writes the digest to memory of exactly `algorithm.byteCount` bytes.
    mutating func finalize(into output: UnsafeMutableRawBufferPointer) {
        precondition(output.count >= algorithm.byteCount, "A digest needs room for all its bytes")
        begin()
        mustSucceed(
            EVP_DigestFinal_ex(context, output.assumingMemoryBound(to: UInt8.self).baseAddress, nil),
            "EVP_DigestFinal_ex")
        isRunning = false
    }

    private mutating func begin() {
        guard !isRunning else { return }
        mustSucceed(
            EVP_DigestInit_ex2(context, OpenSSLProvider.shared.digest(algorithm), nil), "EVP_DigestInit_ex2")
        isRunning = true
    }
}
