/// Conditions of a write, judged inside the transaction that commits it, so that of many racing
/// `If-None-Match: *` exactly one wins.
package struct WritePreconditions: Hashable, Sendable {
    package enum Match: Hashable, Sendable {
        /// `*`: any current version.
        case any
        /// One of these entity tags, without quotes.
        case etags([String])
    }

    /// `If-Match`: the current version must be this; an absent key is `noSuchKey`.
    package var ifMatch: Match?
    /// `If-None-Match`: the current version must not be this.
    package var ifNoneMatch: Match?
    /// A key with role `upload` may not replace anything: an existing version is `overwriteForbidden`.
    package var forbidsOverwrite: Bool

    package static let none = WritePreconditions()

    package init(ifMatch: Match? = nil, ifNoneMatch: Match? = nil, forbidsOverwrite: Bool = false) {
        self.ifMatch = ifMatch
        self.ifNoneMatch = ifNoneMatch
        self.forbidsOverwrite = forbidsOverwrite
    }

    /// Throws what a write must be refused with while `current` is the current version (nil: absent, or a
    /// delete marker).
    package func check(against current: ETag?) throws(StoreError) {
        if let ifMatch {
            guard let current else { throw .noSuchKey }
            if !Self.matches(ifMatch, current) { throw .preconditionFailed }
        }
        if let ifNoneMatch, let current, Self.matches(ifNoneMatch, current) { throw .preconditionFailed }
        if forbidsOverwrite, current != nil { throw .overwriteForbidden }
    }

    private static func matches(_ match: Match, _ etag: ETag) -> Bool {
        switch match {
        case .any: true
        case .etags(let list): list.contains { Array($0.utf8) == Array(etag.string.utf8) }
        }
    }
}
