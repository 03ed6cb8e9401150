/// A run of bytes of an open file.
package struct FileExtent: Sendable {
    package var descriptor: Int32
    package var offset: Int64
    package var length: Int
    /// Kept until the bytes are sent; it closes the descriptor when it goes.
    package var owner: any AnyObject & Sendable

    package init(descriptor: Int32, offset: Int64, length: Int, owner: any AnyObject & Sendable) {
        self.descriptor = descriptor
        self.offset = offset
        self.length = length
        self.owner = owner
    }
}
