package import Objects

/// What a bucket encrypts new objects with whose writers say nothing about it.
package enum DefaultEncryption: Hashable, Sendable {
    case managed
    /// Nil is the key that is used when none is named.
    case named(String?)

    /// `AES256`, or `aws:kms` and the key's name behind a space.
    package var encoded: [UInt8] {
        switch self {
        case .managed: Array("AES256".utf8)
        case .named(let key): Array("aws:kms \(key ?? "")".utf8)
        }
    }

    init(encoded bytes: [UInt8]) {
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 1)
        self = words.first == "aws:kms" ? .named(words.count == 2 ? String(words[1]) : nil) : .managed
    }
}

extension Bucket {
    package var defaultEncryption: DefaultEncryption? {
        configurations[.encryption].map { DefaultEncryption(encoded: $0.bytes) }
    }
}
