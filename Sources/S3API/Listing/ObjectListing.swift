import Digests
import Objects
import XML

extension XMLWriter {
    /// The entries of a page of current objects: contents and common prefixes in the order of the keys.
    mutating func entries(_ page: ObjectPage, _ parameters: ListParameters, owner: Owner?) {
        for entry in page.entries {
            switch entry {
            case .item(let object):
                open("Contents")
                parameters.write(object.key.bytes, as: "Key", to: &self)
                describe(object)
                if let owner { self.owner(owner) }
                close()
            case .prefix(let prefix): parameters.writeCommonPrefix(prefix, to: &self)
            }
        }
    }

    /// What every listing says of a version that is not a delete marker.
    mutating func describe(_ object: ListedObject) {
        Timestamp(object.modified).write(to: &self, as: "LastModified")
        etag(object.etag)
        if let checksum = object.checksum {
            element("ChecksumAlgorithm", checksum.algorithm.rawValue)
            element("ChecksumType", checksum.kind.rawValue)
        }
        element("Size", object.size)
        element("StorageClass", object.storageClass ?? "STANDARD")
    }
}

extension S3Door {
    /// A page of current objects; nothing is asked of the store for a page of none.
    func page(_ bucket: Bucket, _ parameters: ListParameters, after: [UInt8]?) async throws -> ObjectPage {
        guard parameters.limit > 0 else { return ObjectPage(entries: [], isTruncated: false) }
        return try await store.list(parameters.query(bucket, after: after))
    }
}
