/// An address that the service listens on.
package struct BoundListener: Sendable {
    package var name: String
    /// The IP address in text.
    package var address: String
    /// The port, chosen by the system when 0 was asked for.
    package var port: Int
}
