import COpenSSL

/// AES-256 in counter mode (NIST SP 800-38A section 6.5): a key stream that can be entered at any byte.
package enum AESCTR {
    package static let keyByteCount = 32
    private static let blockLength: Int64 = 16

    /// The bytes at `offset` of a message, encrypted or decrypted. The counter begins at zero, so a key is for one
    /// message only.
    package static func apply(_ input: [UInt8], key: [UInt8], offset: Int64) -> [UInt8] {
        precondition(key.count == keyByteCount, "An AES-256 key has 32 bytes")
        precondition(
            offset >= 0 && input.count <= Int(Int32.max) - Int(blockLength), "The message is too long")
        guard !input.isEmpty else { return [] }
        guard let context = EVP_CIPHER_CTX_new() else {
            preconditionFailure("No memory for a cipher context")
        }
        // Cleanses the key schedule.
        defer { EVP_CIPHER_CTX_free(context) }
        let block = UInt64(offset / blockLength)
        let counter =
            [UInt8](repeating: 0, count: 8)
            + (0..<8).map { UInt8(truncatingIfNeeded: block >> (56 - 8 * $0)) }
        mustSucceed(
            EVP_CipherInit_ex2(context, OpenSSLProvider.shared.aes256CTR, key, counter, 1, nil),
            "EVP_CipherInit_ex2")
        var written: Int32 = 0
        let skipped = Int(offset % blockLength)
        if skipped > 0 {
            var dropped = [UInt8](repeating: 0, count: skipped)
            mustSucceed(
                EVP_CipherUpdate(
                    context, &dropped, &written, [UInt8](repeating: 0, count: skipped), Int32(skipped)),
                "EVP_CipherUpdate")
        }
        return [UInt8](unsafeUninitializedCapacity: input.count) { output, count in
            mustSucceed(
                EVP_CipherUpdate(context, output.baseAddress, &written, input, Int32(input.count)),
                "EVP_CipherUpdate")
            precondition(Int(written) == input.count, "Counter mode writes as many bytes as it reads")
            count = input.count
        }
    }
}
