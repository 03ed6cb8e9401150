import Auth
import HTTPServer
import Objects
import XML

extension S3Door {
    /// Creates a bucket of the caller's project.
    ///
    /// Creating one's own bucket again succeeds in `us-east-1`, as AWS does there and as tools and suites that
    /// know only that region expect; in any other region it is `BucketAlreadyOwnedByYou`.
    func createBucket(_ call: S3Call) async throws -> HTTPResponse {
        let name = try BucketName(wire: call.target.bucket ?? "")
        guard !Self.isReserved(name) else {
            throw S3Error(.invalidBucketName, fields: [("BucketName", name.string)])
        }
        guard let credential = call.credential else { throw S3Error(.accessDenied) }
        var new = NewBucket(name, project: credential.project, created: store.now)
        if let body = try await creation(call) {
            try checkLocation(body)
            if let tags = body.first("Tags") {
                var xml = XMLWriter(reservingCapacity: 512)
                xml.tagging(try TagSet.parse(tags: tags.all("Tag"), limit: TagSet.bucketLimit))
                new.configurations[.tagging] = xml.withBytes { Array($0) }
            }
        }
        try await configure(&new, call)
        do {
            _ = try await store.accounts.createBucket(new)
        } catch StoreError.bucketExists(let owner) where owner == credential.project {
            guard settings.region == "us-east-1" else { throw S3Error(.bucketAlreadyOwnedByYou) }
            // Whoever asks for other settings must not believe that the bucket has them now.
            let present = try await store.bucket(name)?.configurations.mapValues(\.bytes) ?? [:]
            let asked = new.configurations
            guard present[.acl] == asked[.acl], present[.objectLock] != nil || asked[.objectLock] == nil
            else {
                throw S3Error(.bucketAlreadyExists)
            }
        }
        return HTTPResponse(status: 200, headers: ["Location": "/" + name.string])
    }

    /// Names that mean other things than buckets on AWS, and that tools take for those.
    ///
    /// Source: AWS, "General purpose bucket naming rules".
    private static func isReserved(_ name: BucketName) -> Bool {
        ["xn--", "sthree-", "amzn-s3-demo-"].contains { name.string.hasPrefix($0) }
            || ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].contains { name.string.hasSuffix($0) }
    }

    /// What the headers ask for: access control list, ownership, object lock.
    private func configure(_ new: inout NewBucket, _ call: S3Call) async throws {
        if let text = call.headers[first: "x-amz-object-ownership"] {
            guard let ownership = ObjectOwnership(rawValue: text) else {
                throw S3Error.argument(
                    "x-amz-object-ownership", text, "Invalid x-amz-object-ownership header: \(text)")
            }
            new.configurations[.ownershipControls] = Array(ownership.rawValue.utf8)
        }
        if let list = try await requestedList(call.headers, owner: new.project, bucket: nil),
            list != .ownerOnly(new.project)
        {
            let enforced = Array(ObjectOwnership.bucketOwnerEnforced.rawValue.utf8)
            if new.configurations[.ownershipControls] == enforced {
                throw S3Error(.invalidBucketAclWithObjectOwnership)
            }
            new.configurations[.acl] = list.encoded
        }
        if call.headers[first: "x-amz-bucket-object-lock-enabled"]?.lowercased() == "true" {
            new.versioning = .enabled
            new.configurations[.objectLock] = ObjectLock().encoded
        }
    }

    private func creation(_ call: S3Call) async throws -> XMLElement? {
        guard !call.request.body.isEmpty else { return nil }
        let bytes = try await call.document(limit: S3Limits.configurationBody)
        guard !bytes.isEmpty else { return nil }
        return try parseDocument(bytes, root: "CreateBucketConfiguration", limit: S3Limits.configurationBody)
    }

    /// There is one region; whoever names another would be deceived.
    private func checkLocation(_ configuration: XMLElement) throws(S3Error) {
        guard let location = configuration.text(of: "LocationConstraint")?.trimmed, !location.isEmpty,
            location != settings.region
        else { return }
        throw S3Error(.invalidLocationConstraint, fields: [("LocationConstraint", location)])
    }
}
