package import NIOCore

/// A run of an object's bytes on its way out.
package enum BodySegment: Sendable {
    case bytes(ByteBuffer)
    /// `length` bytes of an open file from `offset`. `owner` keeps the file open and its bytes from being freed:
    /// keep it until they are sent.
    case file(descriptor: Int32, offset: Int64, length: Int, owner: any AnyObject & Sendable)
}
