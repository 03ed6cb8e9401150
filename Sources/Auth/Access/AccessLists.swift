import Objects

/// The access control lists that count for a request. They are read when they are asked.
struct AccessLists {
    private let bucket: Bucket
    private let object: ObjectAttributes?
    private let areOff: Bool

    init(_ bucket: Bucket, _ object: ObjectAttributes?) {
        self.bucket = bucket
        self.object = object
        areOff = bucket.ownership == .bucketOwnerEnforced
    }

    /// Whether the object belongs to another account than the bucket.
    var isForeignObject: Bool { !areOff && object?.owner.map { $0 != bucket.project } ?? false }

    func allow(_ action: Action, _ account: ProjectID?) throws(StoreError) -> Bool {
        if areOff { return false }
        let ignoresPublic = bucket.publicAccessBlock.ignoresPublicACLs
        if let permission = action.bucketPermission {
            return try bucket.acl.allows(permission, to: account, ignoringPublic: ignoresPublic)
        }
        guard let permission = action.objectPermission, let object else { return false }
        return try object.list(in: bucket).allows(permission, to: account, ignoringPublic: ignoresPublic)
    }
}

extension Action {
    /// What of a bucket's list allows it (AWS, "Mapping of ACL permissions and access policy permissions").
    fileprivate var bucketPermission: AccessControlList.Permission? {
        switch self {
        case .listBucket, .listBucketVersions, .listBucketMultipartUploads: .read
        case .putObject, .deleteObject, .abortMultipartUpload, .listMultipartUploadParts: .write
        case .getBucketAcl: .readACP
        case .putBucketAcl: .writeACP
        default: nil
        }
    }

    /// What of an object's list allows it.
    fileprivate var objectPermission: AccessControlList.Permission? {
        switch self {
        case .getObject, .getObjectVersion, .getObjectAttributes, .getObjectVersionAttributes,
            .getObjectTorrent:
            .read
        case .getObjectAcl, .getObjectVersionAcl: .readACP
        case .putObjectAcl, .putObjectVersionAcl: .writeACP
        default: nil
        }
    }

    /// Whether the owner of the bucket may do it with another account's object only when that one grants it.
    var needsObjectOwner: Bool { objectPermission != nil }

    var isAboutPolicy: Bool {
        switch self {
        case .getBucketPolicy, .putBucketPolicy, .deleteBucketPolicy: true
        default: false
        }
    }

    /// The action on a version that is named, where S3 has one of its own.
    package var onVersion: Action {
        switch self {
        case .getObject: .getObjectVersion
        case .getObjectAcl: .getObjectVersionAcl
        case .getObjectAttributes: .getObjectVersionAttributes
        case .getObjectTagging: .getObjectVersionTagging
        case .putObjectAcl: .putObjectVersionAcl
        case .putObjectTagging: .putObjectVersionTagging
        case .deleteObject: .deleteObjectVersion
        case .deleteObjectTagging: .deleteObjectVersionTagging
        default: self
        }
    }

    /// Whether it is about one object that has to exist, so that the object's own list and tags count.
    package var isAboutExistingObject: Bool {
        switch self {
        case .getObject, .getObjectVersion, .getObjectAcl, .getObjectVersionAcl, .putObjectAcl,
            .putObjectVersionAcl, .getObjectAttributes, .getObjectVersionAttributes, .getObjectTagging,
            .getObjectVersionTagging, .putObjectTagging, .putObjectVersionTagging, .deleteObjectTagging,
            .deleteObjectVersionTagging, .getObjectTorrent, .getObjectRetention, .putObjectRetention,
            .getObjectLegalHold, .putObjectLegalHold:
            true
        default: false
        }
    }
}
