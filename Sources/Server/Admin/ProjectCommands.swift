import Auth
import Digests
import Objects

/// `coffer project create`.
package struct CreateProject: AdminCommand {
    package static let name = "project-create"
    var project: String
    var displayName: String?
    var email: String?
    var id: String?
    var makesBucket: Bool

    package init(project: String, displayName: String?, email: String?, id: String?, makesBucket: Bool) {
        self.project = project
        self.displayName = displayName
        self.email = email
        self.id = id
        self.makesBucket = makesBucket
    }

    package struct Answer: AdminAnswer {
        package struct Named: Codable, Sendable { package var id: String, name: String }
        package struct BucketName: Codable, Sendable { package var name: String }
        package struct Host: Codable, Sendable { package var host: String }
        package var project: Named
        package var bucket: BucketName?
        package var domain: Host?
        package var key: KeyAnswer

        package var text: String {
            var lines = ["project  \(project.name) (\(project.id))"]
            if let bucket { lines.append("bucket   \(bucket.name)") }
            if let domain { lines.append("domain   \(domain.host)") }
            lines.append("key      \(key.id)")
            lines.append("secret   \(key.secret ?? "")")
            lines.append(
                "The secret is shown this once. It is the bearer token, the S3 secret and the key of signed URLs."
            )
            return lines.joined(separator: "\n")
        }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        guard HostNames.isValid(project), !project.contains("."), !HostNames.isReserved(project: project),
            let bucket = Objects.BucketName(project)
        else {
            throw AdminError(
                "a project's name has 3 to 63 lower-case letters, digits and hyphens and is no door's name")
        }
        let now = admin.store.now
        let id = ProjectID(id ?? "prj_" + hexEncode(randomBytes(8)))
        guard ListProjects.isValid(id: id.string) else {
            throw AdminError("an id has 1 to 128 printable characters without spaces")
        }
        let host = "\(project).\(admin.configuration.contentDomain)"
        let made = try admin.keys.newKey(project: id, role: .full, now: now)
        _ = try await admin.store.accounts.createProject(
            NewProject(
                project: Project(
                    id: id, name: project, displayName: displayName ?? project, email: email, created: now),
                bucket: makesBucket ? bucket : nil, domainHost: makesBucket ? host : nil,
                key: made.0))
        return Answer(
            project: .init(id: id.string, name: project),
            bucket: makesBucket ? .init(name: bucket.string) : nil,
            domain: makesBucket ? .init(host: host) : nil,
            key: KeyAnswer(made.0, secret: made.secret))
    }
}

/// `coffer project list`.
package struct ListProjects: AdminCommand {
    package static let name = "project-list"
    static let page = 1000

    package init() {}

    package struct Answer: AdminAnswer {
        package struct Row: Codable, Sendable {
            package var id: String, name: String, displayName: String
            package var email: String?
        }
        package var projects: [Row]
        package var text: String {
            projects.map { "\($0.name)\t\($0.id)\t\($0.displayName)" }.joined(separator: "\n")
        }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        var rows: [Answer.Row] = []
        var after: String?
        while true {
            let page = try await admin.store.accounts.projects(after: after, limit: Self.page)
            rows += page.map {
                .init(id: $0.id.string, name: $0.name, displayName: $0.displayName, email: $0.email)
            }
            guard let last = page.last, page.count == Self.page else { return Answer(projects: rows) }
            after = last.name
        }
    }

    static func isValid(id: String) -> Bool {
        (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

/// `coffer project set`.
package struct SetProject: AdminCommand {
    package static let name = "project-set"
    var project: String
    var displayName: String?
    /// Bytes, or a number of uploads; 0 takes the limit away.
    var maximumObjectSize: Int64?
    var maximumStorage: Int64?
    var maximumUploads: Int64?

    package init(
        project: String, displayName: String?, maximumObjectSize: Int64?, maximumStorage: Int64?,
        maximumUploads: Int64?
    ) {
        self.project = project
        self.displayName = displayName
        self.maximumObjectSize = maximumObjectSize
        self.maximumStorage = maximumStorage
        self.maximumUploads = maximumUploads
    }

    package struct Answer: AdminAnswer {
        package struct Limits: Codable, Sendable {
            package var filesize: Int64?, storage: Int64?, uploads: Int64?
        }
        package var project: String
        package var displayName: String
        package var limits: Limits

        package var text: String {
            func line(_ name: String, _ limit: Int64?) -> String {
                "\(name)  \(limit.map(String.init) ?? "no limit")"
            }
            return [
                "project   \(project) (\(displayName))", line("filesize", limits.filesize),
                line("storage ", limits.storage), line("uploads ", limits.uploads),
            ].joined(separator: "\n")
        }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        for limit in [maximumObjectSize, maximumStorage, maximumUploads] {
            if let limit, limit < 0 { throw AdminError("a limit is a natural number; 0 takes it away") }
        }
        let id = try await admin.project(project).id
        let change = self
        let changed = try await admin.store.accounts.changeProject(id) { settings in
            if let name = change.displayName { settings.displayName = name }
            if let limit = change.maximumObjectSize { settings.maximumObjectSize = limit == 0 ? nil : limit }
            if let limit = change.maximumStorage { settings.maximumStorage = limit == 0 ? nil : limit }
            if let limit = change.maximumUploads { settings.maximumUploads = limit == 0 ? nil : limit }
        }
        return Answer(
            project: changed.name, displayName: changed.displayName,
            limits: .init(
                filesize: changed.maximumObjectSize, storage: changed.maximumStorage,
                uploads: changed.maximumUploads))
    }
}

/// `coffer project delete`.
package struct DeleteProject: AdminCommand {
    package static let name = "project-delete"
    var project: String

    package init(project: String) { self.project = project }

    package func run(in admin: AdminContext) async throws -> Done {
        try await admin.store.accounts.deleteProject(try await admin.project(project).id)
        admin.keys.forgetAll()
        return Done(done: "deleted project \(project)")
    }
}

/// The answer of commands that have nothing to show.
package struct Done: AdminAnswer {
    package var done: String
    package var text: String { done }

    package init(done: String) { self.done = done }
}

extension AdminContext {
    func project(_ name: String) async throws -> Project {
        guard let project = try await store.accounts.project(named: name) else {
            throw StoreError.noSuchProject
        }
        return project
    }

    func bucket(_ name: String) async throws -> Bucket {
        guard let name = BucketName(name), let bucket = try await store.bucket(name) else {
            throw StoreError.noSuchBucket
        }
        return bucket
    }
}
