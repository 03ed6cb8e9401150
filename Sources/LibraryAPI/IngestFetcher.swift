package import Objects

/// Fetches what is to be ingested, within the rules for what may be fetched.
package protocol IngestFetcher: Sendable {
    /// Opens a URL: the answer's head has come, its body comes from the source.
    ///
    /// - Parameter limit: bytes; an answer that announces more is refused.
    /// - Throws: `IngestFailure`.
    func open(_ url: String, limit: Int64) async throws -> IngestedBody
}

/// An answer that is on its way.
package struct IngestedBody: Sendable {
    package var source: any BodySource
    /// As the answer said, bytes.
    package var length: Int64?
    package var type: String?
    /// The name that the answer, else the URL, gives the file.
    package var filename: String?

    package init(source: any BodySource, length: Int64?, type: String?, filename: String?) {
        self.source = source
        self.length = length
        self.type = type
        self.filename = filename
    }
}

/// Why nothing was fetched.
package enum IngestFailure: Error, Hashable, Sendable {
    /// The URL is none, or leads where nothing is fetched from.
    case refused(String)
    /// The other side did not answer, or not with the file.
    case failed(String)
    case tooLarge(limit: Int64)
}
