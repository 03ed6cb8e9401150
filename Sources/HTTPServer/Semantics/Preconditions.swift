/// What identifies the current state of a representation.
package struct Validators: Equatable, Sendable {
    /// A strong entity tag without its quotes.
    package var etag: String
    /// Seconds since 1970.
    package var lastModified: Int64

    package init(etag: String, lastModified: Int64) {
        self.etag = etag
        self.lastModified = lastModified
    }
}

package enum PreconditionResult: Equatable, Sendable {
    case proceed
    /// 304, for GET and HEAD only.
    case notModified
    /// 412.
    case failed
}

/// Evaluates If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since in the order of RFC 9110
/// section 13.2.2; `isRead` is true for GET and HEAD, `validators` nil when nothing exists at the target.
///
/// An entity tag without quotes is read as a strong one, because S3 clients send them so. Dates that cannot be
/// read are ignored. Range is not looked at: `ifRangeMatches` does that afterwards.
package func evaluatePreconditions(
    _ headers: HeaderFields, isRead: Bool, validators: Validators?
) -> PreconditionResult {
    if headers.contains("if-match") {
        let holds = headers.values("if-match").contains { listMatches($0, validators, weakly: false) }
        if !holds { return .failed }
    } else if let validators, let date = headers[first: "if-unmodified-since"].flatMap(HTTPDate.parse) {
        if validators.lastModified > date { return .failed }
    }
    if headers.contains("if-none-match") {
        let found = headers.values("if-none-match").contains { listMatches($0, validators, weakly: true) }
        if found { return isRead ? .notModified : .failed }
    } else if isRead, let validators, let date = headers[first: "if-modified-since"].flatMap(HTTPDate.parse) {
        if validators.lastModified <= date { return .notModified }
    }
    return .proceed
}

/// Whether a Range field may be honoured under this If-Range field (RFC 9110 section 13.1.5).
///
/// The tag must be strong and equal; a date must be exactly the date of the last change.
package func ifRangeMatches(_ header: String, validators: Validators) -> Bool {
    if let date = HTTPDate.parse(header) { return date == validators.lastModified }
    var reader = FieldReader(header)
    reader.skipBlanks()
    guard let tag = reader.entityTag() else { return false }
    reader.skipBlanks()
    return reader.atEnd && !tag.isWeak && tag.opaque == validators.etag
}

private func listMatches(_ list: String, _ validators: Validators?, weakly: Bool) -> Bool {
    guard let validators else { return false }
    var reader = FieldReader(list)
    repeat {
        reader.skipBlanks()
        if reader.peek == nil || reader.peek == 0x2C { continue }
        guard let tag = reader.entityTag() else { return false }
        if tag.isAny { return true }
        if tag.opaque == validators.etag, weakly || !tag.isWeak { return true }
        reader.skipBlanks()
    } while reader.skip(0x2C /* , */)
    return false
}

private struct EntityTag {
    var opaque: String
    var isWeak = false
    var isAny = false
}

extension FieldReader {
    /// An entity tag (RFC 9110 section 8.8.3), `*`, or a bare word as a strong tag; nil when quotes do not close.
    fileprivate mutating func entityTag() -> EntityTag? {
        let start = position
        let isWeak = skip(0x57 /* W */) && skip(0x2F /* / */)
        if isWeak || position == start {
            if skip(0x22 /* " */) {
                let opaque = text { $0 != 0x22 }
                return skip(0x22) ? EntityTag(opaque: opaque, isWeak: isWeak) : nil
            }
        }
        let prefix = isWeak ? "W/" : (position > start ? "W" : "")
        let word = text { $0 != 0x2C && $0 != 0x20 && $0 != 0x09 && $0 != 0x22 }
        if prefix.isEmpty, word == "*" { return EntityTag(opaque: "", isAny: true) }
        return word.isEmpty && prefix.isEmpty ? nil : EntityTag(opaque: prefix + word)
    }
}
