/// A host name that delivers a bucket: an explicit grant of GetObject to anybody, unless private.
package struct Domain: Hashable, Sendable {
    /// Lower case, without port.
    package var host: String
    package var bucket: BucketID
    package var project: ProjectID
    /// Scheme and authority in the `url`s of files, such as `https://cdn.example.com`; nil is the listener's own.
    package var publicBaseURL: String?
    package var isPrivate: Bool
    /// Whether signed URLs of the first form, whose MAC does not cover the host, are accepted here.
    package var acceptsFirstFormSignatures: Bool
    /// Whether `localhost` and `127.0.0.1` on the delivery listener are this domain too.
    package var servesLocalhost: Bool
    package var created: Int64

    package init(
        host: String, bucket: BucketID, project: ProjectID, publicBaseURL: String? = nil,
        isPrivate: Bool = false,
        acceptsFirstFormSignatures: Bool = false, servesLocalhost: Bool = false, created: Int64
    ) {
        self.host = host
        self.bucket = bucket
        self.project = project
        self.publicBaseURL = publicBaseURL
        self.isPrivate = isPrivate
        self.acceptsFirstFormSignatures = acceptsFirstFormSignatures
        self.servesLocalhost = servesLocalhost
        self.created = created
    }
}
