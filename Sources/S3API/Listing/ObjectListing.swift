import Digests
import Objects
import XML

extension XMLWriter {
    /// The entries of a page of current objects: contents and common prefixes in the order of the keys.
    mutating func entries(_ page: ObjectPage, _ parameters: ListParameters, owner: Owner?) {
        for entry in page.entries {
            switch entry {
            case .object(let version):
                open("Contents")
                parameters.write(version.key.bytes, as: "Key", to: &self)
                describe(version)
                if let owner { self.owner(owner) }
                close()
            case .prefix(let prefix): parameters.writeCommonPrefix(prefix, to: &self)
            }
        }
    }

    /// What every listing says of a version that is not a delete marker.
    mutating func describe(_ version: ObjectVersion) {
        Timestamp(version.modified).write(to: &self, as: "LastModified")
        etag(version.etag)
        if let checksum = version.checksum {
            element("ChecksumAlgorithm", checksum.algorithm.rawValue)
            element("ChecksumType", checksum.kind.rawValue)
        }
        element("Size", version.size)
        element("StorageClass", version.metadata.storageClass ?? "STANDARD")
    }
}

extension S3Door {
    /// A page of current objects; nothing is asked of the store for a page of none.
    func page(_ bucket: Bucket, _ parameters: ListParameters, after: [UInt8]?) async throws -> ObjectPage {
        guard parameters.limit > 0 else { return ObjectPage(entries: [], isTruncated: false) }
        return try await store.list(parameters.query(bucket, after: after))
    }
}
