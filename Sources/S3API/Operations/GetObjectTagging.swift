import HTTPServer
import Objects
import XML

extension S3Door {
    func getObjectTagging(_ call: S3Call) async throws -> HTTPResponse {
        let version = try await existing(call)
        var headers = HeaderFields()
        headers.addVersion(version, in: call.bucket)
        return .xml(headers: headers) { $0.tagging(version.attributes.tags) }
    }

    func putObjectTagging(_ call: S3Call) async throws -> HTTPResponse {
        let root = try await configuration(call, root: "Tagging")
        let tags = try TagSet.parse(document: root, limit: TagSet.objectLimit)
        return try await setTags(tags, call, status: 200)
    }

    func deleteObjectTagging(_ call: S3Call) async throws -> HTTPResponse {
        try await setTags([], call, status: 204)
    }

    private func setTags(
        _ tags: [ObjectAttributes.Tag], _ call: S3Call, status: Int
    ) async throws -> HTTPResponse {
        _ = try await existing(call)
        let changed = try await store.change(
            AttributesChange(
                bucket: call.bucket.id, key: call.key, versionID: try call.versionID, edit: .tags(tags),
                origin: call.origin(status == 204 ? .untagged : .tagged), now: store.now))
        var headers = HeaderFields()
        headers.addVersion(changed, in: call.bucket)
        return HTTPResponse(status: status, headers: headers)
    }
}
