import XML

/// Reads a document that a client sent. Throws `MalformedXML`, also when the root is another element.
func parseDocument(_ bytes: [UInt8], root name: String, limit: Int) throws(S3Error) -> XMLElement {
    var limits = XMLLimits()
    limits.maxBytes = limit
    let root: XMLElement
    do {
        root = try parseXML(bytes, limits: limits)
    } catch {
        throw S3Error(.malformedXML)
    }
    guard root.name == name else { throw S3Error(.malformedXML) }
    return root
}
