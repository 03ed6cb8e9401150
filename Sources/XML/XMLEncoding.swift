/// Refuses a document that is not UTF-8 or says that it is not.
///
/// The parser would also guess other encodings from the first bytes and convert; as no byte of zero and
/// no invalid sequence gets past this, there is nothing left to guess.
func requireUTF8(_ bytes: [UInt8]) throws(XMLError) {
    guard !bytes.contains(0), isUTF8(bytes) else { throw .malformed("The document is not UTF-8") }
    guard let encoding = declaredEncoding(bytes) else { return }
    guard acceptedEncodings.contains(encoding.lowercased()) else {
        throw .malformed("The document's encoding is not UTF-8")
    }
}

/// US-ASCII is a part of UTF-8.
private let acceptedEncodings: Set<String> = ["utf-8", "utf8", "us-ascii"]

/// A declaration is short; a longer one is left to the parser, which refuses it.
private let maxDeclarationBytes = 256

private func isUTF8(_ bytes: [UInt8]) -> Bool {
    (try? UTF8Span(validating: bytes.span)) != nil
}

/// The value of `encoding` in the XML declaration, if there is one (XML 1.0 §2.8, §4.3.3).
private func declaredEncoding(_ bytes: [UInt8]) -> String? {
    var start = bytes[...]
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { start = start.dropFirst(3) }
    guard start.starts(with: Array("<?xml".utf8)) else { return nil }
    let head = start.prefix(maxDeclarationBytes)
    guard let end = head.firstIndex(of: UInt8(ascii: ">")) else { return nil }
    let declaration = String(decoding: head[..<end], as: UTF8.self)
    guard let name = declaration.firstRange(of: "encoding") else { return nil }
    let value = declaration[name.upperBound...].drop { $0.isWhitespace || $0 == "=" }
    guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
    return String(value.dropFirst().prefix { $0 != quote })
}
