import HTTPServer
import Objects
import XML

extension S3Door {
    private static let minimumHeader = "x-amz-transition-default-minimum-object-size"

    func getBucketLifecycleConfiguration(_ call: S3Call) async throws -> HTTPResponse {
        guard let lifecycle = try call.bucket.lifecycle else {
            throw S3Error.notConfigured(.noSuchLifecycleConfiguration, call.bucket)
        }
        return .xml(headers: [Self.minimumHeader: lifecycle.transitionMinimum.rawValue]) {
            $0.lifecycle(lifecycle)
        }
    }

    func putBucketLifecycleConfiguration(_ call: S3Call) async throws -> HTTPResponse {
        var minimum = Lifecycle.TransitionMinimum.allClasses
        if let name = call.headers[first: Self.minimumHeader] {
            guard let named = Lifecycle.TransitionMinimum(rawValue: name) else {
                throw S3Error.argument(
                    Self.minimumHeader, name, "Invalid transition default minimum object size")
            }
            minimum = named
        }
        let root = try await configuration(call, root: "LifecycleConfiguration")
        let reader = LifecycleReader(hasMinimumDays: !settings.calendar.isShortened)
        let lifecycle = try reader.read(root, minimum: minimum)
        _ = try await store.accounts.setConfiguration(call.bucket.id, .lifecycle, lifecycle.encoded)
        return HTTPResponse(status: 200, headers: [Self.minimumHeader: minimum.rawValue])
    }

    func deleteBucketLifecycle(_ call: S3Call) async throws -> HTTPResponse {
        try await remove(.lifecycle, call)
    }
}

extension HeaderFields {
    /// When the object will be gone by the bucket's rules, in days of the calendar whatever the upkeep's day is.
    mutating func addExpiration(of version: ObjectVersion, in bucket: Bucket) throws(StoreError) {
        guard version.isLatest, let lifecycle = try bucket.lifecycle,
            let end = lifecycle.expiration(of: version, .standard)
        else { return }
        add(
            "x-amz-expiration",
            "expiry-date=\"\(HTTPDate.format(end.date / 1000))\", rule-id=\"\(Self.escaped(end.rule))\"")
    }

    /// When the upload will be aborted by the bucket's rules.
    mutating func addAbortion(of upload: Upload, in bucket: Bucket) throws(StoreError) {
        guard let lifecycle = try bucket.lifecycle,
            let end = lifecycle.abortion(of: upload.key, begun: upload.created, .standard)
        else { return }
        add("x-amz-abort-date", HTTPDate.format(end.date / 1000))
        add("x-amz-abort-rule-id", Self.escaped(end.rule))
    }

    private static func escaped(_ rule: String) -> String {
        percentEncode(Array(rule.utf8), keepingSlash: false)
    }
}
