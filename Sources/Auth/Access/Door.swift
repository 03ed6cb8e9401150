package import Objects

/// The way by which a request came in.
package enum Door: Sendable {
    case s3
    case delivery(Domain)
    case library
}
