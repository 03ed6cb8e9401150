/// A SHA-256 hash in progress that ends in a digest without an array.
package struct SHA256: ~Copyable {
    private var context = HashContext(.sha256)

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) { context.update(bytes) }

    package mutating func update(_ bytes: [UInt8]) { context.update(bytes) }

    package mutating func update(_ bytes: RawSpan) { context.update(bytes) }

    /// The digest of what was given since the last one; the context is then ready for a new message.
    package mutating func finalize() -> SHA256Digest { SHA256Digest(finishing: &context) }

    /// Forgets what was given so far.
    package mutating func reset() { context.reset() }
}
