import CLibXML2

/// Reads a document under limits.
///
/// The document is UTF-8, with or without a byte order mark and a declaration. A document type
/// declaration is refused where it begins, so that no entity can be declared, expanded or fetched;
/// the five predefined entities and character references are understood. Comments and processing
/// instructions are passed over. An undeclared namespace prefix is malformed.
package func parseXML(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLError) -> XMLElement {
    guard bytes.count <= limits.maxBytes, bytes.count <= Int(Int32.max) else { throw .tooLarge }
    guard !bytes.isEmpty else { throw .malformed("The document is empty") }
    try requireUTF8(bytes)
    _ = libraryIsReady
    let result: Result<XMLElement, XMLError> = bytes.withUnsafeBytes { buffer in
        Result { () throws(XMLError) in try parse(buffer, limits: limits) }
    }
    return try result.get()
}

/// Made once: the library prepares its tables, and what it might report outside of any document (a
/// lack of memory) is not written to standard error.
private let libraryIsReady: Bool = {
    xmlInitParser()
    xmlThrDefSetStructuredErrorFunc(nil) { _, _ in }
    xmlSetStructuredErrorFunc(nil) { _, _ in }
    return true
}()

private func parse(_ buffer: UnsafeRawBufferPointer, limits: XMLLimits) throws(XMLError) -> XMLElement {
    let text = buffer.assumingMemoryBound(to: CChar.self)
    guard let context = xmlCreateMemoryParserCtxt(text.baseAddress, Int32(text.count)) else {
        throw .malformed("The document could not be opened")
    }
    defer { xmlFreeParserCtxt(context) }
    // No option that loads, substitutes or includes anything. The declared encoding has been judged
    // and is no reason to convert the bytes.
    _ = xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue))
    context.pointee.sax.pointee = XMLTreeBuilder.handler()
    let builder = XMLTreeBuilder(limits: limits, context: context)
    let isWellFormed = withExtendedLifetime(builder) {
        context.pointee.userData = Unmanaged.passUnretained(builder).toOpaque()
        let status = xmlParseDocument(context)
        return status == 0 && context.pointee.wellFormed == 1 && context.pointee.nsWellFormed == 1
    }
    if let document = context.pointee.myDoc {
        context.pointee.myDoc = nil
        xmlFreeDoc(document)
    }
    return try builder.result(isWellFormed: isWellFormed)
}
