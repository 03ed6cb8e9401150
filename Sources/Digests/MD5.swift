/// An MD5 hash in progress that ends in a digest without an array.
package struct MD5: ~Copyable {
    private var context = HashContext(.md5)

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) { context.update(bytes) }

    package mutating func update(_ bytes: [UInt8]) { context.update(bytes) }

    package mutating func update(_ bytes: RawSpan) { context.update(bytes) }

    /// The digest of what was given since the last one; the context is then ready for a new message.
    package mutating func finalize() -> MD5Digest { MD5Digest(finishing: &context) }

    /// Forgets what was given so far.
    package mutating func reset() { context.reset() }
}
