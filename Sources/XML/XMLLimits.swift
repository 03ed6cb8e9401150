/// How much a document may hold before it is refused.
package struct XMLLimits: Sendable {
    /// The length of the document.
    package var maxBytes = 4 * 1024 * 1024
    /// Elements within each other, the root included.
    package var maxDepth = 16
    /// Elements in all. The largest S3 request is the completion of 10,000 parts of up to six each.
    package var maxElements = 80_000
    /// Attributes and namespace declarations of one element.
    package var maxAttributes = 32
    /// The UTF-8 length of the name of an element or attribute, without its prefix, and of a namespace.
    package var maxNameBytes = 256
    /// The UTF-8 length of the text of one element, its children's not counted, and of one attribute.
    package var maxTextBytes = 256 * 1024

    package init() {}
}
