/// An address of a project's own that events are sent to.
package struct Webhook: Hashable, Sendable {
    /// Webhooks of a project.
    package static let maximumOfProject = 100
    /// Bytes of a URL.
    package static let maximumURLLength = 2048

    package var project: ProjectID
    /// Letters, digits, `-` and `_`; it stands in ARNs.
    package var name: String
    package var url: String
    /// What deliveries are signed with, sealed.
    package var sealedSecret: [UInt8]
    /// Milliseconds since 1970.
    package var created: Int64

    package init(project: ProjectID, name: String, url: String, sealedSecret: [UInt8], created: Int64) {
        self.project = project
        self.name = name
        self.url = url
        self.sealedSecret = sealedSecret
        self.created = created
    }
}
