/// The three components of `Authorization: AWS4-HMAC-SHA256 …`.
struct AuthorizationField: Sendable {
    /// Bytes of the field; the longest list of signed headers is far shorter.
    static let limit = 16 * 1024
    private static let names = ["Credential", "SignedHeaders", "Signature"]

    var credential: String
    var signedHeaders: String
    var signature: String

    /// `text` is what follows the name of the algorithm. Throws what is missing, in AWS's words.
    init(_ text: Substring) throws(S3AuthError) {
        guard text.utf8.count <= Self.limit else {
            throw .authorizationHeaderMalformed("the field is too long.")
        }
        var found = [String?](repeating: nil, count: Self.names.count)
        for part in text.utf8.split(separator: 0x2C /* , */, omittingEmptySubsequences: false) {
            let trimmed = Self.trimmed(part)
            guard let mark = trimmed.firstIndex(of: 0x3D /* = */) else {
                throw .authorizationHeaderMalformed("the authorization component is malformed.")
            }
            guard let index = Self.names.firstIndex(where: { trimmed[..<mark].elementsEqual($0.utf8) }),
                found[index] == nil
            else {
                throw .authorizationHeaderMalformed(
                    "the authorization header requires three components: Credential, SignedHeaders, and Signature."
                )
            }
            found[index] = String(Substring(trimmed[trimmed.index(after: mark)...]))
        }
        guard let credential = found[0] else { throw .authorizationHeaderMalformed("missing Credential.") }
        guard let signedHeaders = found[1] else {
            throw .authorizationHeaderMalformed("missing SignedHeaders.")
        }
        guard let signature = found[2] else { throw .authorizationHeaderMalformed("missing Signature.") }
        self.credential = credential
        self.signedHeaders = signedHeaders
        self.signature = signature
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text
        while let first = text.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return text
    }
}
