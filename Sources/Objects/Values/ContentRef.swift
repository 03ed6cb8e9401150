/// Names a *content*: immutable bytes that versions and parts point to.
///
/// 0 is the empty content; a negative number is a row of the inline contents; a positive one is a content
/// made of chunks or of slices of other contents.
package struct ContentRef: Hashable, Sendable {
    package let rawValue: Int64
    package init(_ rawValue: Int64) { self.rawValue = rawValue }
    package static let empty = ContentRef(0)
    package var isInline: Bool { rawValue < 0 }
}

/// `length` bytes of `content` from `offset`.
package struct ContentSlice: Hashable, Sendable {
    package var content: ContentRef
    package var offset: Int64
    package var length: Int64

    package init(content: ContentRef, offset: Int64, length: Int64) {
        self.content = content
        self.offset = offset
        self.length = length
    }
}
