package import Digests

/// A page of a listing that is asked for.
package struct ListQuery: Sendable {
    package var bucket: BucketID
    package var prefix: [UInt8]
    /// Keys that hold this after the prefix are rolled up into a common prefix that ends with it.
    package var delimiter: [UInt8]?
    /// Only keys and common prefixes greater than this, as bytes; a marker inside a common prefix that was
    /// already given does not give it again.
    package var after: [UInt8]?
    /// Objects plus common prefixes, 0…1,000.
    package var limit: Int

    package init(
        bucket: BucketID, prefix: [UInt8] = [], delimiter: [UInt8]? = nil, after: [UInt8]? = nil, limit: Int
    ) {
        self.bucket = bucket
        self.prefix = prefix
        self.delimiter = delimiter
        self.after = after
        self.limit = limit
    }
}

/// A page of a listing.
package struct ListPage<Item: ListItem>: Sendable {
    package enum Entry: Sendable {
        case item(Item)
        case prefix([UInt8])

        /// What a next page's `after` must be to continue behind this entry.
        package var marker: [UInt8] {
            switch self {
            case .item(let item): item.key.bytes
            case .prefix(let prefix): prefix
            }
        }
    }

    /// In byte order of the key (of versions newest first within a key), common prefixes interleaved.
    package var entries: [Entry]
    package var isTruncated: Bool

    package init(entries: [Entry], isTruncated: Bool) {
        self.entries = entries
        self.isTruncated = isTruncated
    }
}

package protocol ListItem: Sendable {
    var key: ObjectKey { get }
}

/// A page of current objects.
package typealias ObjectPage = ListPage<ListedObject>

/// A page of all versions.
package typealias VersionPage = ListPage<ObjectVersion>

/// A page of open uploads.
package typealias UploadPage = ListPage<Upload>

extension ObjectVersion: ListItem {}

extension Upload: ListItem {}

/// What a listing says of a current object: a page has a thousand, so that what no listing shows stays out.
package struct ListedObject: ListItem, Hashable {
    /// What a listing says of a checksum.
    package struct ChecksumForm: Hashable, Sendable {
        package var algorithm: ChecksumAlgorithm
        package var kind: ObjectChecksum.Kind

        package init(algorithm: ChecksumAlgorithm, kind: ObjectChecksum.Kind) {
            self.algorithm = algorithm
            self.kind = kind
        }
    }

    package var key: ObjectKey
    /// Bytes.
    package var size: Int64
    package var etag: ETag
    /// Milliseconds since 1970.
    package var modified: Int64
    /// `nil` is STANDARD.
    package var storageClass: String?
    package var checksum: ChecksumForm?

    package init(
        key: ObjectKey, size: Int64, etag: ETag, modified: Int64, storageClass: String? = nil,
        checksum: ChecksumForm? = nil
    ) {
        self.key = key
        self.size = size
        self.etag = etag
        self.modified = modified
        self.storageClass = storageClass
        self.checksum = checksum
    }
}

extension ListedObject {
    package init(_ version: ObjectVersion) {
        self.init(
            key: version.key, size: version.size, etag: version.etag, modified: version.modified,
            storageClass: version.metadata.storageClass,
            checksum: version.checksum.map { ChecksumForm(algorithm: $0.algorithm, kind: $0.kind) })
    }
}
