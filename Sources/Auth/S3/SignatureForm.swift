/// How a request was signed, in the words that conditions of policies have for it.
///
/// Source: AWS S3 API Reference, "Amazon S3 Signature Version 4 Authentication Specific Policy Keys".
package struct SignatureForm: Hashable, Sendable {
    /// Where the signature stands.
    package enum Place: String, Sendable {
        case header = "REST-HEADER"
        case query = "REST-QUERY-STRING"
        case form = "POST"
    }

    package enum Version: String, Sendable {
        case two = "AWS"
        case four = "AWS4-HMAC-SHA256"
    }

    package let place: Place
    package let version: Version
    /// Milliseconds since it was signed, not negative; nil for Version 2, which does not say.
    package let age: Int64?

    init(_ place: Place, _ version: Version, age: Int64? = nil) {
        self.place = place
        self.version = version
        self.age = age
    }

    /// Version 4, at `now` in seconds since 1970.
    init(_ place: Place, signedAt timestamp: AWSTimestamp, now: Int64) {
        self.init(place, .four, age: max(0, now - timestamp.seconds) * 1000)
    }
}
