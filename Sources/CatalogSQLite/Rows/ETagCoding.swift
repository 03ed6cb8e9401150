import Digests
import Objects

/// An entity tag: 1 and the sixteen bytes of an MD5, or 0 and its text.
enum ETagCoding {
    static func encode(_ etag: ETag) -> [UInt8] {
        if let digest = etag.digest { [1] + digest.bytes } else { [0] + Array(etag.string.utf8) }
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) throws -> ETag {
        let rest = bytes.dropFirst()
        switch bytes.first {
        case 0:
            return ETag(String(decoding: rest, as: UTF8.self))
        case 1:
            guard let digest = MD5Digest(bytes: rest) else { break }
            return ETag(digest)
        default: break
        }
        throw StoreError.corrupt("an entity tag in the catalog has no known form")
    }
}
