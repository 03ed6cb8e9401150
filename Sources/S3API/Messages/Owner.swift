import Objects

/// Who owns a bucket and everything in it: the project, which is the S3 account.
struct Owner: Sendable {
    var id: String
    var displayName: String
}

extension S3Door {
    /// The owner of a bucket and of all that is in it.
    func owner(_ project: ProjectID) async throws -> Owner {
        let found = try await store.project(project)
        return Owner(id: project.string, displayName: found?.displayName ?? project.string)
    }
}
