/// What may change on a version without making another: who owns it, who else may use it, tags, locks.
package struct ObjectAttributes: Hashable, Sendable {
    package struct Tag: Hashable, Sendable {
        package var key: String
        package var value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// The account that wrote the version; nil is the bucket's project.
    package var owner: ProjectID?
    /// Grants to others, coded by `Auth`; nil is the owner alone.
    package var acl: [UInt8]?
    /// In the order given.
    package var tags: [Tag]
    package var retention: Retention?
    package var hasLegalHold: Bool
    /// What the library says of the file beyond its bytes; a write that gives nothing keeps what the key has.
    package var file: FileDetails?

    package static let none = ObjectAttributes()

    package init(
        owner: ProjectID? = nil, acl: [UInt8]? = nil, tags: [Tag] = [], retention: Retention? = nil,
        hasLegalHold: Bool = false, file: FileDetails? = nil
    ) {
        self.owner = owner
        self.acl = acl
        self.tags = tags
        self.retention = retention
        self.hasLegalHold = hasLegalHold
        self.file = file
    }

    /// Throws `objectLocked` while a version with these attributes may not be deleted.
    package func checkDeletable(now: Int64, bypassesGovernance: Bool) throws(StoreError) {
        if hasLegalHold { throw .objectLocked }
        guard let retention, retention.until > now else { return }
        if retention.mode == .compliance || !bypassesGovernance { throw .objectLocked }
    }
}

/// The argument of `changeAttributes`: one change of one version.
package struct AttributesChange: Sendable {
    package enum Edit: Sendable {
        case tags([ObjectAttributes.Tag])
        case acl([UInt8]?)
        /// Nil removes it.
        case retention(Retention?)
        case legalHold(Bool)
        /// The label in the version's metadata; nil is STANDARD.
        case storageClass(String?)
        /// Throws `noSuchMedia` for a media object that the project does not have.
        case file(FileDetails?)
    }

    package var bucket: BucketID
    package var key: ObjectKey
    /// Nil is the current version.
    package var versionID: VersionID?
    package var edit: Edit
    /// The caller may, and asks to, shorten or remove a retention in governance mode.
    package var bypassesGovernance: Bool
    /// What must be there still; else `preconditionFailed`.
    package var seen: VersionSighting?
    /// For those who are told of changes; nil tells nobody.
    package var origin: ChangeOrigin?
    /// Milliseconds since 1970.
    package var now: Int64

    package init(
        bucket: BucketID, key: ObjectKey, versionID: VersionID? = nil, edit: Edit,
        bypassesGovernance: Bool = false, seen: VersionSighting? = nil,
        origin: ChangeOrigin? = nil, now: Int64
    ) {
        self.bucket = bucket
        self.key = key
        self.versionID = versionID
        self.edit = edit
        self.bypassesGovernance = bypassesGovernance
        self.seen = seen
        self.origin = origin
        self.now = now
    }
}

extension ObjectAttributes {
    /// Throws `objectLocked` for a change of the retention that the present one forbids.
    package func changed(by change: AttributesChange) throws(StoreError) -> ObjectAttributes {
        var changed = self
        switch change.edit {
        case .tags(let tags): changed.tags = tags
        case .acl(let acl): changed.acl = acl
        case .legalHold(let holds): changed.hasLegalHold = holds
        case .retention(let next):
            if let present = retention, present.until > change.now {
                let isExtended = next.map { $0.mode == present.mode && $0.until >= present.until } ?? false
                let mayLighten = present.mode == .governance && change.bypassesGovernance
                guard isExtended || mayLighten else { throw .objectLocked }
            }
            changed.retention = next
        case .storageClass: break
        case .file(let details): changed.file = details
        }
        return changed
    }
}

extension ObjectVersion {
    /// Throws what `changeAttributes` throws of a version that is there.
    package func changed(by change: AttributesChange) throws(StoreError) -> ObjectVersion {
        try change.seen?.check(sequence: sequence, attributes: attributes, isCurrent: isLatest)
        var changed = self
        changed.attributes = try attributes.changed(by: change)
        switch change.edit {
        case .storageClass(let name): changed.metadata.storageClass = name
        case .file(let details): changed.media = details?.media ?? MediaID(changed.file.rawValue)
        case .tags, .acl, .retention, .legalHold: break
        }
        return changed
    }
}
