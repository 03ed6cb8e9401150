/// What a client said about an object: system headers that are returned with it, and user metadata.
package struct ObjectMetadata: Hashable, Sendable {
    /// Media type, as served.
    package var contentType: String
    package var cacheControl: String?
    package var contentDisposition: String?
    package var contentEncoding: String?
    package var contentLanguage: String?
    /// The `Expires` header as sent.
    package var expires: String?
    package var websiteRedirect: String?
    /// `nil` is STANDARD.
    package var storageClass: String?
    /// `x-amz-meta-*` without the prefix, names in lower case, in the order sent.
    package var user: [Field]

    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: String
        /// Whether the value came as ISO 8859-1 and not as UTF-8: then it goes out so, with the bytes that came.
        package var isLatin1: Bool

        package init(_ name: String, _ value: String, isLatin1: Bool = false) {
            self.name = name
            self.value = value
            self.isLatin1 = isLatin1
        }

        /// Adds, after a comma, what another line with the same name says.
        package mutating func join(_ more: String, isLatin1: Bool) {
            value += "," + more
            self.isLatin1 =
                (self.isLatin1 || isLatin1) && value.unicodeScalars.allSatisfy { $0.value <= 0xFF }
        }
    }

    package init(contentType: String, user: [Field] = []) {
        self.contentType = contentType
        self.user = user
    }
}
