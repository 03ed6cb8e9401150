import Objects

extension CatalogModelState {
    func bucket(_ id: BucketID) throws -> Bucket {
        guard let bucket = buckets[id] else { throw StoreError.noSuchBucket }
        return bucket
    }

    func isOf(_ project: ProjectID, _ bucket: BucketID) -> Bool { buckets[bucket]?.project == project }

    func versions(_ bucket: BucketID, _ key: ObjectKey) -> [ObjectVersion] {
        versions[bucket]?[key] ?? []
    }

    /// The newest version unless it is a delete marker.
    func current(_ bucket: BucketID, _ key: ObjectKey) -> ObjectVersion? {
        versions(bucket, key).first.flatMap { $0.isDeleteMarker ? nil : $0 }
    }

    /// Puts `list` in place of the key's versions and says which is the latest.
    mutating func set(_ bucket: BucketID, _ key: ObjectKey, _ list: [ObjectVersion]) {
        var list = list
        for index in list.indices { list[index].isLatest = index == 0 }
        versions[bucket, default: [:]][key] = list.isEmpty ? nil : list
    }

    mutating func commit(_ commit: ObjectCommit) throws -> ObjectVersion {
        let bucket = try self.bucket(commit.bucket)
        let current = self.current(commit.bucket, commit.key)
        try commit.preconditions.check(against: current?.etag)
        if let offset = commit.appendsAt {
            if let current { return try append(commit, to: current, in: bucket) }
            guard offset == 0 else { throw StoreError.invalidWriteOffset(size: 0) }
        }
        let stored = try store(commit.content)
        var isCopy = false
        if case .existing = commit.content { isCopy = true }
        guard isCopy ? stored.length >= commit.size : stored.length == commit.size else {
            throw StoreError.internalFault("false size")
        }
        return try makeCurrent(commit, content: stored.ref, in: bucket)
    }

    mutating func makeCurrent(
        _ commit: ObjectCommit, content: ContentRef, in bucket: Bucket, file moved: FileID? = nil
    ) throws -> ObjectVersion {
        let current = self.current(commit.bucket, commit.key)
        let id: VersionID = bucket.versioning == .enabled ? .random() : .null
        var attributes = commit.attributes
        if attributes.retention == nil {
            attributes.retention = try bucket.objectLock?.retention(of: commit.modified)
        }
        if attributes.file == nil { attributes.file = current?.attributes.file }
        let file = moved ?? current?.file ?? FileID(numbers.next(now: now))
        let version = ObjectVersion(
            bucket: bucket.id, key: commit.key, versionID: id, content: content, size: commit.size,
            etag: commit.etag, modified: commit.modified, created: current?.created ?? commit.modified,
            file: file, media: attributes.file?.media ?? MediaID(file.rawValue), sequence: nextSequence(),
            metadata: commit.metadata, checksum: commit.checksum, partCount: commit.partCount,
            author: commit.author, attributes: attributes, encryption: commit.encryption)
        let older = versions(commit.bucket, commit.key).filter { $0.versionID != id }
        set(commit.bucket, commit.key, [version] + older)
        try announce(commit.origin, of: EventSubject(version), in: bucket)
        return version
    }

    private mutating func append(
        _ commit: ObjectCommit, to current: ObjectVersion, in bucket: Bucket
    ) throws -> ObjectVersion {
        let whole = try current.appended(commit)
        let stored = try store(commit.content)
        guard stored.length == commit.size else { throw StoreError.internalFault("false size") }
        let slices = [
            ContentSlice(content: current.content, offset: 0, length: current.size),
            ContentSlice(content: stored.ref, offset: 0, length: stored.length),
        ].filter { $0.length > 0 }
        guard slices.count > 1 else {
            return try makeCurrent(whole, content: slices.first?.content ?? .empty, in: bucket)
        }
        var content = current.content
        let parts =
            parts(of: content, size: current.size)
            ?? [ObjectPart(size: current.size, checksum: current.checksum)]
        let isReplaced =
            bucket.versioning == .off || (bucket.versioning == .suspended && current.versionID == .null)
        if case .list(let list) = contents[content], isReplaced, objectParts[content] != nil,
            contentCounts()[content] == 1, length(of: content) == current.size,
            depth(of: stored.ref) < depth(of: content)
        {
            contents[content] = .list(list + slices.suffix(1))
        } else {
            content = try storeList(slices)
            growing.insert(content)
        }
        objectParts[content] = parts + [ObjectPart(size: stored.length)]
        return try makeCurrent(whole, content: content, in: bucket)
    }

    /// Those of the first bytes: a list may have grown since.
    func parts(of content: ContentRef, size: Int64) -> [ObjectPart]? {
        var end: Int64 = 0
        return objectParts[content]?.prefix { part in
            end += part.size
            return end <= size
        }
    }

    mutating func rename(_ rename: ObjectRename) throws -> ObjectVersion {
        let bucket = try self.bucket(rename.bucket)
        let name = RenameName(bucket: rename.bucket, token: rename.token ?? "")
        if rename.token != nil, let done = renames[name], done.made > rename.now - ObjectRename.tokenLifetime
        {
            guard done.source == rename.source, done.destination == rename.destination else {
                throw StoreError.renameTokenMismatch
            }
            return withBody(try present(rename.bucket, rename.destination))
        }
        var source = try present(rename.bucket, rename.source)
        try rename.seenSource?.check(
            sequence: source.sequence, attributes: source.attributes, isCurrent: true)
        let destination = current(rename.bucket, rename.destination)
        try rename.preconditions.check(against: destination?.etag)
        try rename.seenDestination?.check(
            sequence: destination?.sequence, attributes: destination?.attributes ?? .none, isCurrent: true)
        if rename.token != nil { renames[name] = (rename.source, rename.destination, rename.now) }
        if rename.source == rename.destination { return withBody(source) }
        if bucket.versioning == .off {
            try source.attributes.checkDeletable(now: now, bypassesGovernance: false)
            try destination?.attributes.checkDeletable(now: now, bypassesGovernance: false)
            set(rename.bucket, rename.source, [])
            source.key = rename.destination
            source.sequence = nextSequence()
            set(rename.bucket, rename.destination, [source])
            try announce(
                rename.origin, .removed,
                of: EventSubject(key: rename.source, versionID: nil, sequence: source.sequence), in: bucket)
            try announce(rename.origin, of: EventSubject(source), in: bucket)
            return withBody(source)
        }
        let version = try makeCurrent(
            ObjectCommit(
                bucket: rename.bucket, key: rename.destination, content: .existing(source.content),
                size: source.size, etag: source.etag, metadata: source.metadata, checksum: source.checksum,
                partCount: source.partCount, author: rename.author,
                attributes: ObjectAttributes(
                    owner: source.attributes.owner, acl: source.attributes.acl,
                    tags: source.attributes.tags, file: source.attributes.file),
                encryption: source.encryption, origin: rename.origin, modified: rename.now),
            content: source.content, in: bucket, file: source.file)
        _ = try delete(
            ObjectDeletion(
                bucket: rename.bucket, key: rename.source, author: rename.author,
                origin: rename.origin?.removing, now: rename.now))
        return withBody(version)
    }

    /// Throws `deleteMarker` and `noSuchKey`.
    private func present(_ bucket: BucketID, _ key: ObjectKey) throws -> ObjectVersion {
        guard let newest = versions(bucket, key).first else { throw StoreError.noSuchKey }
        if newest.isDeleteMarker { throw StoreError.deleteMarker(newest.versionID) }
        return newest
    }

    mutating func delete(_ deletion: ObjectDeletion) throws -> ObjectDeleted {
        let bucket = try self.bucket(deletion.bucket)
        let all = versions(deletion.bucket, deletion.key)
        if let id = deletion.versionID {
            let found = all.first { $0.versionID == id }
            try deletion.preconditions.check(against: found.flatMap { $0.isDeleteMarker ? nil : $0.etag })
            try deletion.seen?.check(
                sequence: found?.sequence, attributes: found?.attributes ?? .none,
                isCurrent: found?.isLatest == true && found?.isDeleteMarker == false)
            try found?.attributes.checkDeletable(
                now: now, bypassesGovernance: deletion.bypassesGovernance)
            set(deletion.bucket, deletion.key, all.filter { $0.versionID != id })
            if found != nil { try announce(deletion, in: bucket) }
            return ObjectDeleted(
                existed: found != nil, versionID: id, isDeleteMarker: found?.isDeleteMarker ?? false)
        }
        let current = self.current(deletion.bucket, deletion.key)
        try deletion.preconditions.check(against: current?.etag)
        try deletion.seen?.check(
            sequence: current?.sequence, attributes: current?.attributes ?? .none, isCurrent: true)
        if bucket.versioning == .off {
            try current?.attributes.checkDeletable(
                now: now, bypassesGovernance: deletion.bypassesGovernance)
            set(deletion.bucket, deletion.key, [])
            if current != nil { try announce(deletion, in: bucket) }
            return ObjectDeleted(existed: current != nil)
        }
        let id: VersionID = bucket.versioning == .enabled ? .random() : .null
        let marker = ObjectVersion(
            bucket: bucket.id, key: deletion.key, versionID: id, isDeleteMarker: true, content: .empty,
            size: 0, etag: ETag(""), modified: deletion.now, created: deletion.now, file: FileID(0),
            media: MediaID(0), sequence: nextSequence(), metadata: ObjectMetadata(contentType: ""),
            author: deletion.author)
        set(deletion.bucket, deletion.key, [marker] + all.filter { $0.versionID != id })
        try announce(
            deletion.origin, deletion.origin?.kind.withMarker,
            of: EventSubject(key: deletion.key, versionID: id, sequence: marker.sequence), in: bucket)
        return ObjectDeleted(existed: current != nil, versionID: id, isDeleteMarker: true)
    }

    private mutating func announce(_ deletion: ObjectDeletion, in bucket: Bucket) throws {
        guard deletion.origin != nil else { return }
        try announce(
            deletion.origin,
            of: EventSubject(key: deletion.key, versionID: deletion.versionID, sequence: nextSequence()),
            in: bucket)
    }

    mutating func change(_ change: AttributesChange) throws -> ObjectVersion {
        let bucket = try bucket(change.bucket)
        var all = versions(change.bucket, change.key)
        let index = change.versionID.map { id in all.firstIndex { $0.versionID == id } } ?? all.indices.first
        guard let index else {
            throw change.versionID == nil ? StoreError.noSuchKey : StoreError.noSuchVersion
        }
        if all[index].isDeleteMarker { throw StoreError.deleteMarker(all[index].versionID) }
        all[index] = try all[index].changed(by: change)
        set(change.bucket, change.key, all)
        try announce(change.origin, of: EventSubject(all[index]), in: bucket)
        return withBody(all[index])
    }

    /// The bytes of an inline content are at hand.
    func withBody(_ version: ObjectVersion) -> ObjectVersion {
        guard case .inline(let body, _, _) = contents[version.content] else { return version }
        var version = version
        version.inlineBody = body
        return version
    }

    // MARK: Listing

    /// The page of a listing of items that are sorted already: rolled up, cut at the marker and at the limit.
    static func page<Item>(
        _ items: [Item], _ query: ListQuery, isAfterMarker: (Item) -> Bool
    ) -> ListPage<Item> {
        if query.limit <= 0 { return ListPage(entries: [], isTruncated: false) }
        var entries: [ListPage<Item>.Entry] = []
        var lastPrefix: [UInt8]?
        for item in items where item.key.bytes.starts(with: query.prefix) {
            if let common = commonPrefix(item.key.bytes, query) {
                let isGiven = query.after.map { !$0.lexicographicallyPrecedes(common) } ?? false
                if common == lastPrefix || isGiven { continue }
                lastPrefix = common
                entries.append(.prefix(common))
            } else if isAfterMarker(item) {
                entries.append(.item(item))
            }
        }
        return ListPage(
            entries: Array(entries.prefix(query.limit)), isTruncated: entries.count > query.limit)
    }

    private static func commonPrefix(_ key: [UInt8], _ query: ListQuery) -> [UInt8]? {
        guard let delimiter = query.delimiter, !delimiter.isEmpty else { return nil }
        for start in query.prefix.count..<max(key.count, query.prefix.count) {
            if key[start...].starts(with: delimiter) { return Array(key[..<(start + delimiter.count)]) }
        }
        return nil
    }
}
