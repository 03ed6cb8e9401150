/// The three components of `Authorization: AWS4-HMAC-SHA256 …`.
struct AuthorizationField: Sendable {
    /// Bytes of the field; the longest list of signed headers is far shorter.
    static let limit = 16 * 1024

    var credential: String
    var signedHeaders: String
    var signature: String

    /// `text` is what follows the name of the algorithm. Throws what is missing, in AWS's words.
    init(_ text: Substring) throws(S3AuthError) {
        guard text.utf8.count <= Self.limit else {
            throw .authorizationHeaderMalformed("the field is too long.")
        }
        var found: [String: String] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let trimmed = Self.trimmed(part)
            guard let mark = trimmed.firstIndex(of: "=") else {
                throw .authorizationHeaderMalformed("the authorization component is malformed.")
            }
            let name = String(trimmed[..<mark])
            guard ["Credential", "SignedHeaders", "Signature"].contains(name), found[name] == nil else {
                throw .authorizationHeaderMalformed(
                    "the authorization header requires three components: Credential, SignedHeaders, and Signature."
                )
            }
            found[name] = String(trimmed[trimmed.index(after: mark)...])
        }
        guard let credential = found["Credential"] else {
            throw .authorizationHeaderMalformed("missing Credential.")
        }
        guard let signedHeaders = found["SignedHeaders"] else {
            throw .authorizationHeaderMalformed("missing SignedHeaders.")
        }
        guard let signature = found["Signature"] else {
            throw .authorizationHeaderMalformed("missing Signature.")
        }
        self.credential = credential
        self.signedHeaders = signedHeaders
        self.signature = signature
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.utf8.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.utf8.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return text
    }
}
