import HTTPServer
import Objects

extension S3Call {
    /// The conditions of a write, with that of a key that may replace nothing.
    ///
    /// Both headers take `*` or a list of entity tags, with or without quotes.
    var writePreconditions: WritePreconditions {
        get throws(S3Error) {
            WritePreconditions(
                ifMatch: try Self.match(headers, "if-match"),
                ifNoneMatch: try Self.match(headers, "if-none-match"),
                forbidsOverwrite: allowsNewKeysOnly)
        }
    }

    private static func match(_ headers: HeaderFields, _ name: String) throws(S3Error) -> WritePreconditions
        .Match?
    {
        guard headers.contains(name) else { return nil }
        var tags: [String] = []
        for line in headers.values(name) {
            for part in line.split(separator: ",") {
                let tag = part.trimmed
                if tag == "*" { return .any }
                // A weak tag never matches in a comparison that must be strong (RFC 9110 section 13.1.1).
                if tag.isEmpty || tag.hasPrefix("W/") { continue }
                tags.append(unquoted(tag))
            }
        }
        return .etags(tags)
    }

    /// An entity tag without its quotes.
    static func unquoted(_ tag: String) -> String {
        let bytes = tag.utf8
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else {
            return tag
        }
        return String(tag.dropFirst().dropLast())
    }
}

extension ObjectVersion {
    var validators: Validators {
        Validators(etag: etag.string, lastModified: modified / 1000)
    }

    /// Throws the 412, or the 304 with what it must carry, that the conditions of a read demand.
    func checkRead(_ headers: HeaderFields, fields: HeaderFields) throws(S3Error) {
        switch evaluatePreconditions(headers, isRead: true, validators: validators) {
        case .proceed: return
        case .failed:
            let condition = headers.contains("if-match") ? "If-Match" : "If-Unmodified-Since"
            throw S3Error(.preconditionFailed, fields: [("Condition", condition)])
        case .notModified:
            throw S3Error(
                code: "NotModified", status: 304, message: "Not Modified",
                headers: fields.filter { Self.isKeptBy304($0.name) })
        }
    }

    /// RFC 9110 section 15.4.5.
    private static func isKeptBy304(_ name: String) -> Bool {
        ["etag", "last-modified", "cache-control", "expires", "x-amz-version-id"].contains(name.lowercased())
    }
}
