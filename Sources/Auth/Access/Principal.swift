/// Who sends a request, once that is proven.
package enum Principal: Sendable {
    /// Nobody in particular: the request carries no credential at all.
    case anonymous
    /// The holder of a key, by a bearer token or an S3 signature.
    case key(Credential)
    /// Somebody to whom the holder of a key gave a link.
    case signedLink(Credential, LinkGrant)

    /// The key that stands behind the request, nil for nobody.
    package var credential: Credential? {
        switch self {
        case .anonymous: nil
        case .key(let credential), .signedLink(let credential, _): credential
        }
    }
}
