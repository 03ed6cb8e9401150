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
    package var description: String { "file_" + hex16(rawValue) }

    /// Nil when the text is not the id of a file.
    package init?(_ text: String) {
        guard let number = number(behind: "file_", in: text) else { return nil }
        rawValue = number
    }
}

/// The id of the media object that a file belongs to, written `med_…`: a file's own number, unless it was attached to
/// another one.
package struct MediaID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: Int64
    package init(_ rawValue: Int64) { self.rawValue = rawValue }
    package var description: String { "med_" + hex16(rawValue) }

    /// Nil when the text is not the id of a media object.
    package init?(_ text: String) {
        guard let number = number(behind: "med_", in: text) else { return nil }
        rawValue = number
    }
}

/// The id of a task, written `task_…`.
package struct TaskID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: Int64
    package init(_ rawValue: Int64) { self.rawValue = rawValue }
    package var description: String { "task_" + hex16(rawValue) }

    /// Nil when the text is not the id of a task.
    package init?(_ text: String) {
        guard let number = number(behind: "task_", in: text) else { return nil }
        rawValue = number
    }
}

/// Numbers of files, media objects and tasks, which grow with time: what is made last comes first in the library without
/// another index, and each is written next to the one before it.
package struct TimedNumbers: Sendable {
    /// Bits below the milliseconds: left to chance, so that two stores hardly ever give the same number.
    private static let chanceBits: Int64 = 20

    private var last: Int64 = 0

    package init() {}

    /// - Parameter now: milliseconds since 1970.
    package mutating func next(now: Int64) -> Int64 {
        let moment = max(now, 0) & (1 << 42 - 1)
        let chance = randomInt64() & (1 << Self.chanceBits - 1)
        last = max(last + 1 + chance & 0xFF, moment << Self.chanceBits | chance)
        return last
    }
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

private func number(behind prefix: String, in text: String) -> Int64? {
    guard text.hasPrefix(prefix) else { return nil }
    let digits = text.utf8.dropFirst(prefix.utf8.count)
    guard digits.count == 16, digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    return UInt64(String(decoding: digits, as: UTF8.self), radix: 16).map { Int64(bitPattern: $0) }
}

private func hex16(_ value: Int64) -> String {
    hexEncode((0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) })
}
