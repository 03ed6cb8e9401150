import Digests
import Objects

/// An entity tag: 1 and the sixteen bytes of an MD5, or 0 and its text.
enum ETagCoding {
    static func encode(_ etag: ETag) -> [UInt8] {
        if let digest = MD5Digest(hex: etag.string), digest.hex == etag.string { return [1] + digest.bytes }
        return [0] + Array(etag.string.utf8)
    }

    static func decode(_ bytes: [UInt8]) throws -> ETag {
        switch bytes.first {
        case 0: ETag(String(decoding: bytes.dropFirst(), as: UTF8.self))
        case 1: ETag(hexEncode(bytes.dropFirst()))
        default: throw StoreError.corrupt("an entity tag in the catalog has no known form")
        }
    }
}
