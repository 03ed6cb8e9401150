/// What a listener leads to, as routing, logs and metrics call it.
enum DoorName: String, Hashable, Sendable, CaseIterable {
    case delivery, s3, api, admin
    /// The commands' socket in the data directory.
    case socket = "admin-socket"
}
