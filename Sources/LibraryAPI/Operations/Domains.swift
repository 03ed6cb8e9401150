import Auth
import Files
import HTTPServer
import Objects

extension LibraryEndpoint {
    static let domains: [LibraryEndpoint] = [
        LibraryEndpoint(
            "list_domains", .get, "/domains", .read, "Hosts that deliver the project's files.", "Domain",
            isList: true, run: { try await $0.listDomains($1) }),
        LibraryEndpoint(
            "create_domain", .post, "/domains", .write, "Has a host deliver a bucket.",
            body: [
                Field("host", "string", "As cdn.example.com.", isRequired: true),
                Field("bucket", "string", "The project's first bucket unasked."),
                Field("private", "boolean", "Whether files need a key or a signed URL."),
            ], answers: 201, "Domain", run: { try await $0.createDomain($1) }),
        LibraryEndpoint(
            "delete_domain", .delete, "/domains/{host}", .write, "Has a host deliver nothing any more.",
            answers: 202, "Message", run: { try await $0.deleteDomain($1) }),
    ]
}

extension LibraryDoor {
    func listDomains(_ call: LibraryCall) async throws -> LibraryAnswer {
        var items: [@Sendable (inout JSONWriter) -> Void] = []
        for bucket in try await store.buckets(of: call.project) {
            for domain in try await store.accounts.domains(of: bucket.id) {
                items.append(writing(domain, bucket.name))
            }
        }
        return .list(items)
    }

    func createDomain(_ call: LibraryCall) async throws -> LibraryAnswer {
        guard let host = try call.text("host", maximum: 253)?.lowercased(), !host.isEmpty else {
            throw LibraryRefusal.invalid("host is missing.")
        }
        if let reason = settings.refusesHost(host) { throw LibraryRefusal.invalid(reason) }
        let buckets = try await store.buckets(of: call.project)
        let name = try bucketName(try call.text("bucket"))
        guard let bucket = name == nil ? buckets.first : buckets.first(where: { $0.name == name }) else {
            throw LibraryRefusal.notFound("bucket")
        }
        // Signatures of the first form do not cover the host: one domain of a project takes them.
        var isFirst = true
        for bucket in buckets where isFirst {
            isFirst = try await store.accounts.domains(of: bucket.id).isEmpty
        }
        let domain = Domain(
            host: host, bucket: bucket.id, project: call.project,
            isPrivate: try call.flag("private") ?? false, acceptsFirstFormSignatures: isFirst,
            created: store.now)
        try await store.accounts.addDomain(domain)
        return .object(status: 201, write: writing(domain, bucket.name))
    }

    func deleteDomain(_ call: LibraryCall) async throws -> LibraryAnswer {
        let host = call.words.first ?? ""
        guard let domain = try await store.accounts.domain(host), domain.project == call.project else {
            throw LibraryRefusal.notFound("domain")
        }
        try await store.accounts.deleteDomain(host)
        return .message(202, "\(host) deleted")
    }

    private func writing(_ domain: Domain, _ bucket: BucketName) -> @Sendable (inout JSONWriter) -> Void {
        let base = addresses.base(of: domain)
        return { json in
            json.beginObject()
            json.member("host", domain.host)
            json.member("object", "domain")
            json.member("bucket", bucket.string)
            json.member("url", base)
            json.member("private", domain.isPrivate)
            json.member("signatures", domain.acceptsFirstFormSignatures)
            json.member("created", timestamp(domain.created))
            json.endObject()
        }
    }
}
