/// Why a document is refused.
package enum XMLError: Error, Equatable {
    /// It is not well-formed XML in UTF-8; the text says what and where.
    case malformed(String)
    /// It is longer, or holds more, than `XMLLimits` allows.
    case tooLarge
    /// Its elements are nested deeper than `XMLLimits` allows.
    case tooDeep
    /// It uses a part of XML that is never accepted, named by the text: a document type declaration.
    case forbidden(String)
}
