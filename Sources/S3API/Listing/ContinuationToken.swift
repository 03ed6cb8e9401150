import Digests

/// Where a listing goes on: the marker, wrapped so that clients do not take it for a key.
enum ContinuationToken {
    /// The first byte of every token, which tells tokens of this form from other text.
    private static let form: UInt8 = 1

    static func encode(_ marker: [UInt8]) -> String {
        Base64.encodeURL([form] + marker)
    }

    /// Throws `InvalidArgument`.
    static func decode(_ text: String) throws(S3Error) -> [UInt8] {
        guard let bytes = Base64.decodeURL(text), bytes.first == form else {
            throw .argument("continuation-token", text, "The continuation token provided is incorrect")
        }
        return Array(bytes.dropFirst())
    }
}
