import Auth
import HTTPServer
import Objects

extension S3Door {
    /// Replaces the list of a version by the one in the headers or the body. A marker has none, as the current
    /// version neither.
    func putObjectAcl(_ call: S3Call) async throws -> HTTPResponse {
        let version: ObjectVersion
        do {
            version = try await existing(call)
        } catch StoreError.deleteMarker(let marker) {
            throw Self.isMarker(marker, call)
        }
        let owner = version.owner(in: call.bucket)
        let list = try await sentList(call, owner: owner, bucket: call.bucket)
        try check(list, in: call.bucket)
        let changed = try await store.change(
            AttributesChange(
                bucket: call.bucket.id, key: call.key, versionID: try call.versionID,
                edit: .acl(list == .ownerOnly(owner) ? nil : list.encoded),
                origin: call.origin(.aclChanged), now: store.now))
        var headers = HeaderFields()
        headers.addVersion(changed, in: call.bucket)
        return HTTPResponse(status: 200, headers: headers)
    }
}
