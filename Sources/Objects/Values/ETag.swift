/// The entity tag of an object, the same at every door, without quotes.
///
/// Thirty-two hex digits are the MD5 of the bytes and nothing else; an S3 multipart upload keeps AWS's
/// form (MD5 of the parts' MD5s, a hyphen, the number of parts); content whose MD5 nobody computed has the
/// first 32 hex digits of its SHA-256 root, a hyphen and the number of parts.
package struct ETag: Hashable, Sendable, CustomStringConvertible {
    package let string: String
    package init(_ string: String) { self.string = string }
    package var description: String { string }
}
