package import NIOCore

/// A segment in the making. Used by one task at a time; its methods block and throw `BlobError`.
///
/// Ends with `publish` or `discard`; after either, or after a failed `publish`, every call that can
/// throw throws `.closed`.
package protocol Stage: AnyObject {
    var id: SegmentID { get }
    /// Bytes appended and not rewound.
    var length: Int64 { get }

    /// Appends `count` readable bytes of `buffer` that begin `from` bytes after its first readable one.
    func append(_ buffer: ByteBuffer, from: Int, count: Int) throws
    /// Drops what was appended beyond `length`, which is at most the present length.
    func rewind(to length: Int64)
    /// Makes the bytes durable and then visible under the id, durably too. The index is ascending by offset,
    /// without overlap, within the bytes. After an error nothing is visible and the stage is gone.
    func publish(_ index: [IndexEntry]) throws
    /// Removes the stage. Does nothing after `publish` or `discard`.
    func discard()
}

extension Stage {
    package func append(_ buffer: ByteBuffer) throws {
        try append(buffer, from: 0, count: buffer.readableBytes)
    }
}
