import Digests

/// A project's id: the S3 account id, shown as the owner of its buckets.
package struct ProjectID: Hashable, Sendable, CustomStringConvertible {
    package let string: String
    package init(_ string: String) { self.string = string }
    package var description: String { string }
}

/// An access key's id: the S3 access key id.
package struct KeyID: Hashable, Sendable, CustomStringConvertible {
    package let string: String
    package init(_ string: String) { self.string = string }
    package var description: String { string }
}

/// A bucket's row; a deleted and recreated bucket has another one.
package struct BucketID: Hashable, Sendable {
    package let rawValue: Int64
    package init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// The id of a file: it belongs to the key, survives overwriting and renaming, and is written `file_…`.
package struct FileID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: Int64
    package init(_ rawValue: Int64) { self.rawValue = rawValue }
    package static func random() -> FileID { FileID(randomInt64()) }
    package var description: String { "file_" + hex16(rawValue) }
}

/// The id of the media object that a file belongs to, written `med_…`.
package struct MediaID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: Int64
    package init(_ rawValue: Int64) { self.rawValue = rawValue }
    package static func random() -> MediaID { MediaID(randomInt64()) }
    package var description: String { "med_" + hex16(rawValue) }
}

/// An upload's id: 128 random bits in hex, so that knowing one is proof of having begun it.
package struct UploadID: Hashable, Sendable, CustomStringConvertible {
    package let string: String
    package init(_ string: String) { self.string = string }
    package static func random() -> UploadID { UploadID(hexEncode(randomBytes(16))) }
    package var description: String { string }
}

/// A version's id: `null` in buckets without versioning.
package struct VersionID: Hashable, Sendable, CustomStringConvertible {
    package let string: String
    package init(_ string: String) { self.string = string }
    package static let null = VersionID("null")
    package static func random() -> VersionID { VersionID(hexEncode(randomBytes(16))) }
    package var description: String { string }
}

private func randomInt64() -> Int64 {
    randomBytes(8).reduce(0) { $0 << 8 | Int64($1) }
}

private func hex16(_ value: Int64) -> String {
    hexEncode((0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) })
}
