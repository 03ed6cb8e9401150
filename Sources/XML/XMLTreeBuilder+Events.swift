import CLibXML2

extension XMLTreeBuilder {
    /// The parser's events that are wanted; every other one, among them all that declare or fetch
    /// entities, has no handler. The user data is the builder.
    static func handler() -> xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.internalSubset = { user, _, _, _ in
            XMLTreeBuilder.of(user)?.refuse(.forbidden("document type declaration"))
        }
        handler.startElementNs = { user, name, _, namespace, declarationCount, _, count, _, attributes in
            guard let name else { return }
            XMLTreeBuilder.of(user)?.start(
                name: name, namespace: namespace, declarationCount: Int(declarationCount),
                attributes: UnsafeBufferPointer(start: attributes, count: Int(count) * 5))
        }
        handler.endElementNs = { user, _, _, _ in
            XMLTreeBuilder.of(user)?.end()
        }
        // White space is text like any other; the parser tells it apart unless both are one function.
        handler.characters = takeCharacters
        handler.ignorableWhitespace = takeCharacters
        handler.cdataBlock = takeCharacters
        handler.serror = { user, error in
            guard let error else { return }
            // Warnings are no reason to refuse; an undeclared prefix is, though it is no fatal error.
            guard error.pointee.level.rawValue >= XML_ERR_ERROR.rawValue else { return }
            let message =
                error.pointee.message.map { String(cString: $0) } ?? "The document is not well-formed"
            let text = message.prefix { !$0.isNewline }.prefix(200)
            XMLTreeBuilder.of(user)?.refuse(.malformed("line \(error.pointee.line): \(text)"))
        }
        return handler
    }

    private static func of(_ user: UnsafeMutableRawPointer?) -> XMLTreeBuilder? {
        user.map { Unmanaged<XMLTreeBuilder>.fromOpaque($0).takeUnretainedValue() }
    }

    fileprivate static func take(
        _ user: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<xmlChar>?, _ count: Int32
    ) {
        guard count > 0 else { return }
        of(user)?.characters(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
}

private func takeCharacters(
    _ user: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<xmlChar>?, _ count: Int32
) {
    XMLTreeBuilder.take(user, bytes, count)
}
