/// Why a body came or went no further. After it was thrown every further call throws the same.
package enum BodyError: Error, Hashable, Sendable {
    /// More bytes than the limit of the server, or than a door allowed with `RequestBody.limit(to:)`.
    case tooLarge
    /// The client closed or reset the connection.
    case disconnected
    /// The client sent or took fewer bytes a second than the limits ask.
    case tooSlow
    /// The framing of the body broke the protocol.
    case malformed
    /// The reading task was cancelled, or the server shut down.
    case aborted
}
