/// `20130524/us-east-1/s3/aws4_request`, and the key id before it.
///
/// Source: AWS, "Create a signed AWS API request", the Credential component.
struct CredentialScope: Sendable {
    static let terminator = "aws4_request"

    let accessKeyID: String
    let date: String
    let region: String
    let service: String

    /// What `parse` found wrong; a caller puts it in the words of its form of authentication.
    enum Fault: Error {
        case malformed
        case date(String)
        case region(String)
        case service(String)
        case terminator(String)
    }

    /// Exactly five components, of which the last three must be what this endpoint serves.
    static func parse(
        _ text: String, service: String, region: String
    ) throws(Fault) -> CredentialScope {
        let parts = text.utf8.split(separator: 0x2F /* / */, maxSplits: 5, omittingEmptySubsequences: false)
            .map { Substring($0) }
        guard parts.count == 5, !parts[0].isEmpty else { throw .malformed }
        let date = parts[1]
        guard AWSTimestamp.isDate(date) else { throw .date(String(date)) }
        guard parts[4].utf8.elementsEqual(terminator.utf8) else {
            throw .terminator(String(parts[4]))
        }
        guard parts[3].utf8.elementsEqual(service.utf8) else { throw .service(String(parts[3])) }
        guard parts[2].utf8.elementsEqual(region.utf8) else { throw .region(String(parts[2])) }
        return CredentialScope(
            accessKeyID: String(parts[0]), date: String(date), region: region, service: service)
    }

    /// As it stands in the string to sign.
    var text: String { "\(date)/\(region)/\(service)/\(Self.terminator)" }
}
