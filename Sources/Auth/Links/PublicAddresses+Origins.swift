package import Objects

extension PublicAddresses {
    /// Domains of a project whose origins are named; a page's policy cannot grow for ever.
    package static let originLimit = 64
    private static let bucketLimit = 100

    /// Scheme and authority of each domain that serves a project's files, each once.
    package func origins(of project: ProjectID) async throws -> [String] {
        var origins: [String] = []
        let buckets = try await accounts.buckets(
            of: project, prefix: "", after: nil, limit: Self.bucketLimit)
        for bucket in buckets {
            for domain in try await accounts.domains(of: bucket.id) {
                let origin = base(of: domain)
                if origins.count < Self.originLimit, !origins.contains(origin) { origins.append(origin) }
            }
        }
        return origins
    }
}
