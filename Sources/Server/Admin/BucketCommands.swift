import Objects

/// `coffer bucket create`.
package struct CreateBucket: AdminCommand {
    package static let name = "bucket-create"
    var bucket: String
    var project: String

    package init(bucket: String, project: String) {
        self.bucket = bucket
        self.project = project
    }

    package struct Answer: AdminAnswer {
        package struct Named: Codable, Sendable { package var name: String, project: String }
        package var bucket: Named
        package var text: String { "bucket   \(bucket.name)" }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        guard let name = BucketName(bucket) else {
            throw AdminError("a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens")
        }
        let owner = try await admin.project(project)
        _ = try await admin.store.accounts.createBucket(name, project: owner.id, created: admin.store.now)
        return Answer(bucket: .init(name: bucket, project: project))
    }
}

/// `coffer bucket list`.
package struct ListBuckets: AdminCommand {
    package static let name = "bucket-list"

    package init() {}

    package struct Answer: AdminAnswer {
        package struct Row: Codable, Sendable { package var name: String, project: String }
        package var buckets: [Row]
        package var text: String { buckets.map { "\($0.name)\t\($0.project)" }.joined(separator: "\n") }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        var rows: [Answer.Row] = []
        var owners: [ProjectID: String] = [:]
        var after: String?
        while true {
            let page = try await admin.store.accounts.buckets(
                of: nil, prefix: "", after: after, limit: ListProjects.page)
            for bucket in page {
                if owners[bucket.project] == nil {
                    owners[bucket.project] = try await admin.store.accounts.project(bucket.project)?.name
                }
                rows.append(.init(name: bucket.name.string, project: owners[bucket.project] ?? ""))
            }
            guard let last = page.last, page.count == ListProjects.page else { return Answer(buckets: rows) }
            after = last.name.string
        }
    }
}

/// `coffer bucket delete`.
package struct DeleteBucket: AdminCommand {
    package static let name = "bucket-delete"
    var bucket: String

    package init(bucket: String) { self.bucket = bucket }

    package func run(in admin: AdminContext) async throws -> Done {
        try await admin.store.accounts.deleteBucket(try await admin.bucket(bucket).id)
        return Done(done: "deleted bucket \(bucket)")
    }
}

/// `coffer domain add`.
package struct AddDomain: AdminCommand {
    package static let name = "domain-add"
    var host: String
    var bucket: String
    var isPrivate: Bool
    var publicURL: String?

    package init(host: String, bucket: String, isPrivate: Bool, publicURL: String?) {
        self.host = host
        self.bucket = bucket
        self.isPrivate = isPrivate
        self.publicURL = publicURL
    }

    package struct Answer: AdminAnswer {
        package struct Row: Codable, Sendable { package var host: String, bucket: String, isPrivate: Bool }
        package var domain: Row
        package var text: String { "domain   \(domain.host) delivers \(domain.bucket)" }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        let host = host.lowercased()
        guard HostNames.isValid(host) else { throw AdminError("\(host) is no host name") }
        let own = [admin.configuration.baseDomain, admin.configuration.contentDomain]
        guard !HostNames.isReserved(host: host, under: own) else {
            throw AdminError("\(host) is a host of the store's own doors")
        }
        if let publicURL, !HostNames.isBaseURL(publicURL) {
            throw AdminError("a public URL is like https://files.example.com")
        }
        let found = try await admin.bucket(bucket)
        try await admin.store.accounts.addDomain(
            Domain(
                host: host, bucket: found.id, project: found.project, publicBaseURL: publicURL,
                isPrivate: isPrivate,
                acceptsFirstFormSignatures: try await !admin.hasDomain(found.project),
                created: admin.store.now))
        return Answer(domain: .init(host: host, bucket: bucket, isPrivate: isPrivate))
    }
}

extension AdminContext {
    /// Signatures of the first form do not cover the host: only one domain of a project may accept them, or a link
    /// for one bucket would open another.
    fileprivate func hasDomain(_ project: ProjectID) async throws -> Bool {
        var after: String?
        while true {
            let page = try await store.accounts.domains(after: after, limit: ListProjects.page)
            if page.contains(where: { $0.project == project }) { return true }
            guard let last = page.last, page.count == ListProjects.page else { return false }
            after = last.host
        }
    }
}

/// `coffer domain list`.
package struct ListDomains: AdminCommand {
    package static let name = "domain-list"

    package init() {}

    package struct Answer: AdminAnswer {
        package var domains: [AddDomain.Answer.Row]
        package var text: String {
            domains.map { "\($0.host)\t\($0.bucket)\t\($0.isPrivate ? "private" : "public")" }.joined(
                separator: "\n")
        }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        var rows: [AddDomain.Answer.Row] = []
        var after: String?
        while true {
            let page = try await admin.store.accounts.domains(after: after, limit: ListProjects.page)
            for domain in page {
                let bucket = try await admin.store.accounts.bucket(domain.bucket)?.name.string ?? ""
                rows.append(.init(host: domain.host, bucket: bucket, isPrivate: domain.isPrivate))
            }
            guard let last = page.last, page.count == ListProjects.page else { return Answer(domains: rows) }
            after = last.host
        }
    }
}

/// `coffer domain delete`.
package struct DeleteDomain: AdminCommand {
    package static let name = "domain-delete"
    var host: String

    package init(host: String) { self.host = host }

    package func run(in admin: AdminContext) async throws -> Done {
        try await admin.store.accounts.deleteDomain(host.lowercased())
        return Done(done: "deleted domain \(host)")
    }
}
