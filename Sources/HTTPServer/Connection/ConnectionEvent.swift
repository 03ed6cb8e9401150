/// What the service tells its connections, as a user event of their pipelines.
enum ConnectionEvent: Sendable {
    /// Finish the current request and close.
    case finish
    /// Close now, whatever runs.
    case abort
}
