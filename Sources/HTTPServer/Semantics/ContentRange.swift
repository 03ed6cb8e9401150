/// What a Content-Range field of a request says about its body.
package enum ContentRange: Equatable, Sendable {
    /// The body is the bytes `first` to `last` of `total`; `first <= last <= total`, `total > 0`.
    ///
    /// RFC 9110 section 14.4 has `last < total`. `last == total` passes here, because a client that writes an
    /// exclusive end writes it so; only the length of the body tells, and that is the caller's to compare.
    case bytes(first: Int64, last: Int64, total: Int64)
    /// `bytes */N`: no bytes, a question about an upload of N bytes.
    case status(total: Int64)
}

/// Reads `bytes a-b/N`, `bytes=a-b/N` and `bytes */N`; nil for anything else, `/*` included.
///
/// Numbers are digits only and must fit Int64.
package func parseContentRange(_ header: String) -> ContentRange? {
    var reader = FieldReader(header)
    reader.skipBlanks()
    guard reader.skipWord("bytes"), reader.skip(0x20) || reader.skip(0x3D /* = */) else { return nil }
    reader.skipBlanks()
    let result: ContentRange
    if reader.skip(0x2A /* * */) {
        guard reader.skip(0x2F), let total = reader.number() else { return nil }
        result = .status(total: total)
    } else {
        guard let first = reader.number(), reader.skip(0x2D /* - */), let last = reader.number(),
            reader.skip(0x2F /* / */), let total = reader.number(),
            first <= last, last <= total, first < total
        else { return nil }
        result = .bytes(first: first, last: last, total: total)
    }
    reader.skipBlanks()
    return reader.atEnd ? result : nil
}
