import COpenSSL

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D) with a 96-bit nonce and a 128-bit tag.
package struct AESGCM {
    package static let keyByteCount = 32
    package static let nonceByteCount = 12
    package static let tagByteCount = 16

    /// The longest message: OpenSSL counts in `Int32`; what Coffer seals are frames and secrets.
    package static let maxByteCount = Int(Int32.max) - tagByteCount

    /// The ciphertext followed by the tag. A nonce must never be used twice with one key.
    package static func seal(
        _ plaintext: [UInt8], key: [UInt8], nonce: [UInt8], authenticating extra: [UInt8] = []
    ) -> [UInt8] {
        precondition(
            plaintext.count <= maxByteCount && extra.count <= maxByteCount, "The message is too long to seal")
        let cipher = Cipher(key: key, nonce: nonce, isSealing: true)
        cipher.authenticate(extra)
        return [UInt8](unsafeUninitializedCapacity: plaintext.count + tagByteCount) { buffer, count in
            guard let output = buffer.baseAddress else { preconditionFailure("The tag has a place") }
            cipher.process(plaintext[...], into: output)
            precondition(cipher.finish(), "OpenSSL refused to seal")
            mustSucceed(
                EVP_CIPHER_CTX_ctrl(
                    cipher.context, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), output + plaintext.count),
                "EVP_CTRL_AEAD_GET_TAG")
            count = plaintext.count + tagByteCount
        }
    }

    /// The plaintext, or nil when the message, the nonce, the key or what was authenticated beside it
    /// is not what was sealed.
    package static func open(
        _ sealed: [UInt8], key: [UInt8], nonce: [UInt8], authenticating extra: [UInt8] = []
    ) -> [UInt8]? {
        guard sealed.count >= tagByteCount, sealed.count <= maxByteCount, extra.count <= maxByteCount else {
            return nil
        }
        let length = sealed.count - tagByteCount
        let cipher = Cipher(key: key, nonce: nonce, isSealing: false)
        var tag = Array(sealed[length...])
        mustSucceed(
            EVP_CIPHER_CTX_ctrl(cipher.context, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), &tag),
            "EVP_CTRL_AEAD_SET_TAG")
        cipher.authenticate(extra)
        var isGenuine = false
        // One byte more than needed, so that an empty message has an address too.
        let plaintext = [UInt8](unsafeUninitializedCapacity: length + 1) { buffer, count in
            guard let output = buffer.baseAddress else { preconditionFailure("The plaintext has a place") }
            cipher.process(sealed[..<length], into: output)
            isGenuine = cipher.finish()
            if !isGenuine { OPENSSL_cleanse(output, length) }
            count = isGenuine ? length : 0
        }
        return isGenuine ? plaintext : nil
    }
}

extension AESGCM {
    /// One sealing or opening.
    private struct Cipher: ~Copyable {
        let context: OpaquePointer

        init(key: [UInt8], nonce: [UInt8], isSealing: Bool) {
            precondition(key.count == keyByteCount, "An AES-256 key has 32 bytes")
            precondition(nonce.count == nonceByteCount, "A GCM nonce has 12 bytes")
            guard let context = EVP_CIPHER_CTX_new() else {
                preconditionFailure("No memory for a cipher context")
            }
            self.context = context
            mustSucceed(
                EVP_CipherInit_ex2(
                    context, OpenSSLProvider.shared.aes256GCM, key, nonce, isSealing ? 1 : 0, nil),
                "EVP_CipherInit_ex2")
        }

        deinit {
            // Cleanses the key schedule.
            EVP_CIPHER_CTX_free(context)
        }

        func authenticate(_ extra: [UInt8]) {
            guard !extra.isEmpty else { return }
            var written: Int32 = 0
            mustSucceed(
                EVP_CipherUpdate(context, nil, &written, extra, Int32(extra.count)), "EVP_CipherUpdate")
        }

        /// GCM is a stream: it writes exactly as many bytes as it reads.
        func process(_ input: ArraySlice<UInt8>, into output: UnsafeMutablePointer<UInt8>) {
            guard !input.isEmpty else { return }
            var written: Int32 = 0
            input.withUnsafeBufferPointer { bytes in
                mustSucceed(
                    EVP_CipherUpdate(context, output, &written, bytes.baseAddress, Int32(bytes.count)),
                    "EVP_CipherUpdate")
            }
            precondition(Int(written) == input.count, "GCM writes as many bytes as it reads")
        }

        /// False when the tag does not match.
        func finish() -> Bool {
            var written: Int32 = 0
            var rest: UInt8 = 0
            guard EVP_CipherFinal_ex(context, &rest, &written) == 1 else {
                ERR_clear_error()
                return false
            }
            return true
        }
    }
}
