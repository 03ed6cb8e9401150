import Objects

extension ObjectStore {
    /// Buckets of one project that are looked through.
    private static let maximumBuckets = 1000

    func buckets(of project: ProjectID) async throws -> [Bucket] {
        try await accounts.buckets(of: project, prefix: "", after: nil, limit: Self.maximumBuckets)
    }

    /// The one domain of a project that takes links of the first form, and its bucket.
    func linkDomain(of project: ProjectID) async throws -> (bucket: Bucket, domain: Domain)? {
        for bucket in try await buckets(of: project) {
            let domains = try await accounts.domains(of: bucket.id)
            if let domain = domains.first(where: \.acceptsFirstFormSignatures) { return (bucket, domain) }
        }
        return nil
    }
}
