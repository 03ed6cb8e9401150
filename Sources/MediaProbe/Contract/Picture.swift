/// A picture as made, ready to be stored and sent.
package struct Picture: Hashable, Sendable {
    package var bytes: [UInt8]
    /// `image/webp`…
    package var type: String

    package init(bytes: [UInt8], type: String) {
        self.bytes = bytes
        self.type = type
    }
}
