/// What a signed link opens; never more than the key that signed it.
package struct LinkGrant: Hashable, Sendable {
    package enum Method: String, Sendable, CaseIterable {
        /// GET and HEAD.
        case get
        /// PUT, and asking for and cancelling uploads begun under the same key.
        case put
    }

    package var method: Method
    /// The bytes of the one key that it opens.
    package var path: [UInt8]
    /// The last second at which it is good, since 1970.
    package var expiry: Int64

    package init(method: Method, path: [UInt8], expiry: Int64) {
        self.method = method
        self.path = path
        self.expiry = expiry
    }
}
