import Auth
import HTTPServer
import Objects

/// What the header of a PUT says of the file beyond its bytes: `X-Coffer-Ref`, `X-Coffer-Label`, `X-Coffer-Language`,
/// `X-Coffer-Media-Id`, and `X-Coffer-Metadata` with a JSON object.
enum FileFields {
    /// Nil when nothing is said: what the file had before stays.
    static func details(_ headers: HeaderFields) throws(Refusal) -> FileDetails? {
        var details = FileDetails()
        details.ref = try text("x-coffer-ref", headers)
        details.label = try text("x-coffer-label", headers)
        details.language = try text("x-coffer-language", headers)
        if let word = try text("x-coffer-media-id", headers) {
            guard let media = MediaID(word) else {
                throw .invalid("X-Coffer-Media-Id is no id of a media object.")
            }
            details.media = media
        }
        if let field = headers[first: "x-coffer-metadata"] {
            let bytes = Array(field.utf8)
            guard bytes.count <= FileDetails.maximumMetadataLength, let value = try? JSONValue(bytes),
                case .object(let members) = value
            else {
                throw .invalid(
                    "X-Coffer-Metadata is a JSON object of at most \(FileDetails.maximumMetadataLength) bytes."
                )
            }
            details.metadata = members.isEmpty ? [] : bytes
        }
        return details == .none ? nil : details
    }

    private static func text(_ name: String, _ headers: HeaderFields) throws(Refusal) -> String? {
        guard let value = headers[first: name], !value.isEmpty else { return nil }
        guard value.utf8.count <= FileDetails.maximumTextLength else {
            throw .invalid("\(name) has more than \(FileDetails.maximumTextLength) bytes.")
        }
        return value
    }
}
