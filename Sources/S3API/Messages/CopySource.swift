import Auth
import HTTPServer
import Objects

/// What `x-amz-copy-source` names.
struct CopySource: Sendable {
    var bucket: BucketName
    var key: ObjectKey
    var version: VersionID?

    /// `[/]bucket/key[?versionId=…]`, decoded once as a form's value is, with `+` for a space: clients of AWS encode it
    /// so, or every sign of it in percent. The version is split off before that, for a key may
    /// hold an escaped question mark. Throws `InvalidArgument`, `InvalidBucketName`, `KeyTooLongError`.
    init(_ header: String) throws(S3Error) {
        var path = header[...]
        let marker = "?versionId="
        if let mark = path.utf8.lastIndex(of: UInt8(ascii: "?")), path[mark...].hasPrefix(marker) {
            version = try VersionID(wire: String(path[mark...].dropFirst(marker.utf8.count)))
            path = path[..<mark]
        }
        guard var bytes = percentDecode(path.replacing("+", with: "%20")) else {
            throw Self.malformed(header)
        }
        if bytes.first == UInt8(ascii: "/") { bytes.removeFirst() }
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")), slash > 0, slash + 1 < bytes.count else {
            throw Self.malformed(header)
        }
        bucket = try BucketName(wire: String(decoding: bytes[..<slash], as: UTF8.self))
        key = try ObjectKey(wire: Array(bytes[(slash + 1)...]))
    }

    private static func malformed(_ header: String) -> S3Error {
        .argument(
            "x-amz-copy-source", header,
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
    }
}

extension S3Door {
    /// The version that a copy reads from, if the caller may read it and the copy's conditions hold.
    ///
    /// Take a `hold()` before: the version is looked up here and used later.
    func copySource(_ call: S3Call) async throws -> (
        source: CopySource, bucket: Bucket, version: ObjectVersion
    ) {
        let source = try CopySource(call.headers[first: "x-amz-copy-source"] ?? "")
        guard let bucket = try await store.bucket(source.bucket) else {
            throw S3Error(.noSuchBucket, fields: [("BucketName", source.bucket.string)])
        }
        if let owner = call.headers[first: "x-amz-source-expected-bucket-owner"],
            owner != bucket.project.string
        {
            throw S3Error(.accessDenied)
        }
        let action: Action = source.version == nil ? .getObject : .getObjectVersion
        let version: ObjectVersion
        do {
            version = try await store.head(bucket, source.key, version: source.version)
        } catch let error as StoreError {
            try permit(call, action, bucket, source.key)
            throw error
        }
        try permit(call, action, bucket, source.key, version.attributes)
        guard !version.isDeleteMarker else {
            throw S3Error(
                .invalidRequest,
                "The source of a copy request may not specifically refer to a delete marker by version id.")
        }
        try Self.checkSource(version, call.headers)
        return (source, bucket, version)
    }

    /// The conditions on the source: what would be 304 for a read is 412 for a copy.
    private static func checkSource(_ version: ObjectVersion, _ headers: HeaderFields) throws(S3Error) {
        let prefix = "x-amz-copy-source-"
        var conditions = HeaderFields()
        for name in ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"] {
            for value in headers.values(prefix + name) { conditions.add(name, value) }
        }
        guard !conditions.isEmpty else { return }
        guard evaluatePreconditions(conditions, isRead: true, validators: version.validators) == .proceed
        else {
            let name = conditions.first { _ in true }?.name ?? ""
            throw S3Error(.preconditionFailed, fields: [("Condition", prefix + name)])
        }
    }
}
