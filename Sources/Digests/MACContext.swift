import COpenSSL

/// An HMAC context that is keyed anew for each message.
struct MACContext: ~Copyable {
    private let algorithm: HashAlgorithm
    private let context: OpaquePointer

    init(_ algorithm: HashAlgorithm) {
        guard let context = EVP_MAC_CTX_new(OpenSSLProvider.shared.hmac) else {
            preconditionFailure("No memory for a MAC context")
        }
        self.algorithm = algorithm
        self.context = context
        // The parameters only point to the two strings.
        var name = Array(algorithm.openSSLName.utf8CString)
        OSSL_MAC_PARAM_DIGEST.withCString { parameter in
            name.withUnsafeMutableBufferPointer { name in
                let parameters = [
                    OSSL_PARAM_construct_utf8_string(parameter, name.baseAddress, 0),
                    OSSL_PARAM_construct_end(),
                ]
                mustSucceed(EVP_MAC_CTX_set_params(context, parameters), "EVP_MAC_CTX_set_params")
            }
        }
    }

    deinit {
        EVP_MAC_CTX_free(context)
    }

    func authenticationCode(key: [UInt8], message: UnsafeRawBufferPointer) -> [UInt8] {
        key.withUnsafeBufferPointer { bytes in
            // A null pointer would mean "the key as before", and an empty array may have no address.
            var none: UInt8 = 0
            withUnsafePointer(to: &none) { empty in
                mustSucceed(
                    EVP_MAC_init(context, bytes.baseAddress ?? empty, bytes.count, nil), "EVP_MAC_init")
            }
        }
        if let base = message.baseAddress, !message.isEmpty {
            mustSucceed(
                EVP_MAC_update(context, base.assumingMemoryBound(to: UInt8.self), message.count),
                "EVP_MAC_update")
        }
        return [UInt8](unsafeUninitializedCapacity: algorithm.byteCount) { buffer, count in
            mustSucceed(
                EVP_MAC_final(context, buffer.baseAddress, &count, algorithm.byteCount), "EVP_MAC_final")
            precondition(count == algorithm.byteCount, "An HMAC is as long as its hash")
        }
    }
}
