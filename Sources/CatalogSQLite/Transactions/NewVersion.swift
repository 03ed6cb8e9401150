import NIOCore
import Objects

/// A version about to be made current; its content is referred to already.
struct NewVersion {
    var key: ObjectKey
    var content: ContentRef
    var size: Int64
    var etag: ETag
    var metadata: ObjectMetadata
    var checksum: ObjectChecksum?
    var partCount = 0
    var author: KeyID?
    var attributes: ObjectAttributes
    var encryption: ObjectEncryption?
    var origin: ChangeOrigin?
    var modified: Int64
    /// Of the key that is moved here; nil gives a new key a new file.
    var file: FileID?
    /// The bytes of an inline content, when they are at hand.
    var inlineBody: ByteBuffer?
}
