package import Digests

/// The entity tag of an object, the same at every door, without quotes.
///
/// Thirty-two hex digits are the MD5 of the bytes and nothing else; an S3 multipart upload keeps AWS's
/// form (MD5 of the parts' MD5s, a hyphen, the number of parts); content whose MD5 nobody computed has the
/// first 32 hex digits of its SHA-256 root, a hyphen and the number of parts.
package struct ETag: Hashable, Sendable, CustomStringConvertible {
    /// Most tags are digests: kept as such they need no memory of their own. A digest in capitals stays text,
    /// so that equal tags have one form.
    private enum Form: Hashable, Sendable {
        case digest(MD5Digest)
        case text(String)
    }

    private let form: Form

    package init(_ string: String) {
        if let digest = MD5Digest(hex: string), digest.hex == string {
            form = .digest(digest)
        } else {
            form = .text(string)
        }
    }

    package init(_ digest: MD5Digest) { form = .digest(digest) }

    /// The MD5 of the bytes, when the tag is one.
    package var digest: MD5Digest? {
        if case .digest(let digest) = form { digest } else { nil }
    }

    package var string: String {
        switch form {
        case .digest(let digest): digest.hex
        case .text(let text): text
        }
    }

    package var description: String { string }
}
