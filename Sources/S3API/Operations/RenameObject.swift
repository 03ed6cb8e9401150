import Auth
import HTTPServer
import Objects

extension S3Door {
    /// Gives an object another key of its bucket in one transaction; no bytes move. It keeps all that describes it, its
    /// time of change too, unless the bucket keeps versions: then the new key gets a new version and the old one a
    /// delete marker. The caller must be allowed what a copy and a deletion would need.
    /// Source: AWS, API reference of RenameObject.
    func renameObject(_ call: S3Call) async throws -> HTTPResponse {
        let source = try Self.renameSource(call)
        let token = try Self.clientToken(call.headers)
        let version = try await store.headIfPresent(call.bucket, source)
        for action in [Action.getObject, .deleteObject] {
            try permit(call, action, call.bucket, source, version?.attributes)
        }
        // With a token it may be gone because this rename was made before.
        if version == nil, token == nil { throw S3Error(.noSuchKey) }
        let isConditional = try version.map { try Self.checkRename(of: $0, call.headers) } ?? false
        let rename = ObjectRename(
            bucket: call.bucket.id, source: source, destination: call.key,
            preconditions: try call.writePreconditions,
            seenSource: isConditional ? version.map { VersionSighting($0) } : nil,
            seenDestination: try await destinationSeen(call), author: call.credential?.keyID,
            token: token, origin: call.origin(.createdCopy), now: store.now)
        let renamed = try await store.rename(rename)
        var headers = HeaderFields()
        headers.addNewVersion(renamed, in: call.bucket)
        return HTTPResponse(status: 200, headers: headers)
    }

    private static let renameHeader = "x-amz-rename-source"

    /// `[/]bucket/key` of the same bucket, or `[/]key`, decoded once as `CopySource` is.
    private static func renameSource(_ call: S3Call) throws(S3Error) -> ObjectKey {
        guard let header = call.headers[first: renameHeader], !header.isEmpty else {
            throw S3Error(.invalidRequest, "The request has no \(renameHeader).")
        }
        guard var bytes = percentDecode(header.replacing("+", with: "%20")[...]) else {
            throw .argument(renameHeader, header, "The source of a rename must be URL encoded.")
        }
        if bytes.first == UInt8(ascii: "/") { bytes.removeFirst() }
        let prefix = Array("\(call.bucket.name.string)/".utf8)
        if bytes.starts(with: prefix) { bytes.removeFirst(prefix.count) }
        return try ObjectKey(wire: bytes)
    }

    /// Judges the conditions on the source; whether there are any. What would be 304 for a read is 412 here.
    private static func checkRename(of version: ObjectVersion, _ headers: HeaderFields) throws(S3Error)
        -> Bool
    {
        var conditions = HeaderFields()
        for name in ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"] {
            for value in headers.values("\(renameHeader)-\(name)") { conditions.add(name, value) }
        }
        guard
            evaluatePreconditions(conditions, isRead: true, validators: version.validators) == .proceed
        else { throw S3Error(.preconditionFailed) }
        return !conditions.isEmpty
    }

    /// The destination as its conditions on time were judged; nil when there are none. Those on tags are judged in the
    /// transaction.
    private func destinationSeen(_ call: S3Call) async throws -> VersionSighting? {
        var conditions = HeaderFields()
        for name in ["if-modified-since", "if-unmodified-since"] {
            for value in call.headers.values(name) { conditions.add(name, value) }
        }
        guard !conditions.isEmpty, let version = try await store.headIfPresent(call.bucket, call.key) else {
            return nil
        }
        guard evaluatePreconditions(conditions, isRead: true, validators: version.validators) == .proceed
        else { throw S3Error(.preconditionFailed) }
        return VersionSighting(version)
    }

    private static let maximumTokenLength = 64

    private static func clientToken(_ headers: HeaderFields) throws(S3Error) -> String? {
        let name = "x-amz-client-token"
        guard let token = headers[first: name] else { return nil }
        guard (1...maximumTokenLength).contains(token.utf8.count),
            token.utf8.allSatisfy({ (33...126).contains($0) })
        else {
            throw .argument(
                name, token, "A client token has up to \(maximumTokenLength) printable ASCII characters.")
        }
        return token
    }
}
