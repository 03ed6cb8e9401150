/// The keyed-hash message authentication code of RFC 2104.
package func hmac(_ algorithm: HashAlgorithm, key: [UInt8], message: [UInt8]) -> [UInt8] {
    message.withUnsafeBytes {
        ThreadContexts.current.authenticationCode(algorithm, key: key, message: $0)
    }
}

package func hmac(_ algorithm: HashAlgorithm, key: [UInt8], message: RawSpan) -> [UInt8] {
    message.withUnsafeBytes {
        ThreadContexts.current.authenticationCode(algorithm, key: key, message: $0)
    }
}
