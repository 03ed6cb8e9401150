/// Why nothing was found out, or no picture made.
package enum ProbeError: Error, Hashable, Sendable {
    /// The tool that this type needs is not installed, or no sandbox can be had for it. Says which. Trying again
    /// helps after the server was started anew.
    case unavailable(String)
    /// The content is not what its type says, or the tool cannot read it. For good.
    case unreadable(String)
    /// A limit was reached: time, memory, pixels, output. For good, for the content will do it again.
    case tooMuch(String)
    /// No picture is made of this type.
    case noPicture
    /// Too many are waiting. Later.
    case busy
    /// The object could not be read, or the staging directory not written. Perhaps later.
    case storage(String)
    /// The task was cancelled.
    case cancelled

    /// Whether the same question may be answered another time.
    package var mayPass: Bool {
        switch self {
        case .busy, .storage, .cancelled, .unavailable: true
        case .unreadable, .tooMuch, .noPicture: false
        }
    }
}
