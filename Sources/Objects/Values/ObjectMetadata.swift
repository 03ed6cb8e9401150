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
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(contentType: String, user: [Field] = []) {
        self.contentType = contentType
        self.user = user
    }
}
