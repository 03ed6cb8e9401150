/// What a round of the lifecycle rules did.
package struct LifecycleResult: Hashable, Sendable {
    /// Current versions that went as a DELETE makes them go.
    package var expired = 0
    /// Noncurrent versions and delete markers that went for good.
    package var removed = 0
    /// Versions that changed their storage class.
    package var moved = 0
    /// Unfinished uploads.
    package var aborted = 0

    package init() {}

    package static func += (a: inout LifecycleResult, b: LifecycleResult) {
        a.expired += b.expired
        a.removed += b.removed
        a.moved += b.moved
        a.aborted += b.aborted
    }
}

extension ObjectStore {
    /// Rows of one page, and so of one transaction.
    private static let lifecyclePage = 500
    private static let bucketPage = 100

    /// Does once what the rules of all buckets ask for. Cancellation ends it between two pages; the next round begins
    /// anew. A bucket that fails does not stop the others: its error is thrown at the end.
    package func applyLifecycles(_ calendar: LifecycleCalendar) async throws -> LifecycleResult {
        var result = LifecycleResult()
        var failure: (any Error)?
        var after: String?
        while true {
            let page = try await catalog.buckets(of: nil, prefix: "", after: after, limit: Self.bucketPage)
            for bucket in page where bucket.configurations[.lifecycle] != nil {
                try Task.checkCancellation()
                do {
                    result += try await applyLifecycle(of: bucket, calendar)
                } catch StoreError.noSuchBucket {
                    continue
                } catch let error as StoreError {
                    failure = error
                }
            }
            guard page.count == Self.bucketPage, let last = page.last else { break }
            after = last.name.string
        }
        if let failure { throw failure }
        return result
    }

    /// The same for one bucket.
    package func applyLifecycle(
        of bucket: Bucket, _ calendar: LifecycleCalendar
    ) async throws -> LifecycleResult {
        guard let rules = try bucket.lifecycle, rules.rules.contains(where: \.isEnabled) else {
            return LifecycleResult()
        }
        var result = try await judgeVersions(of: bucket, rules, calendar)
        result.aborted = try await abortUploads(of: bucket, rules, calendar)
        return result
    }

    private func judgeVersions(
        of bucket: Bucket, _ rules: Lifecycle, _ calendar: LifecycleCalendar
    ) async throws -> LifecycleResult {
        var query = ListQuery(bucket: bucket.id, prefix: rules.commonPrefix, limit: Self.lifecyclePage)
        var afterVersion: VersionID?
        var walk = LifecycleWalk(rules: rules, calendar: calendar, now: now)
        var result = LifecycleResult()
        while true {
            try Task.checkCancellation()
            let page = try await catalog.listVersions(query, afterVersion: afterVersion)
            for case .item(let version) in page.entries { walk.take(version) }
            if !page.isTruncated { walk.finish() }
            result += try await carryOut(walk.taken(), in: bucket)
            guard page.isTruncated, case .item(let last)? = page.entries.last else { return result }
            query.after = last.key.bytes
            afterVersion = last.versionID
        }
    }

    /// What has changed since it was judged is judged again in the next round; what is locked stays.
    private func carryOut(
        _ work: [(ObjectVersion, LifecycleVerdict)], in bucket: Bucket
    ) async throws -> LifecycleResult {
        var result = LifecycleResult()
        var deletions: [ObjectDeletion] = []
        for (version, verdict) in work {
            switch verdict {
            case .keep: continue
            case .expire, .remove:
                deletions.append(
                    ObjectDeletion(
                        bucket: bucket.id, key: version.key,
                        versionID: verdict == .expire ? nil : version.versionID,
                        seen: VersionSighting(version), origin: ChangeOrigin(.expired), now: now))
            case .move(let name):
                do {
                    _ = try await catalog.changeAttributes(
                        AttributesChange(
                            bucket: bucket.id, key: version.key, versionID: version.versionID,
                            edit: .storageClass(name), seen: VersionSighting(version),
                            origin: ChangeOrigin(.moved), now: now))
                    result.moved += 1
                } catch let error as StoreError where Self.isOvertaken(error) {
                    continue
                }
            }
        }
        if deletions.isEmpty { return result }
        for (deletion, outcome) in zip(deletions, try await catalog.deleteObjects(deletions)) {
            switch outcome {
            case .success where deletion.versionID == nil: result.expired += 1
            case .success: result.removed += 1
            case .failure(.objectLocked): continue
            case .failure(let error) where Self.isOvertaken(error): continue
            case .failure(let error): throw error
            }
        }
        return result
    }

    private static func isOvertaken(_ error: StoreError) -> Bool {
        switch error {
        case .preconditionFailed, .noSuchKey, .noSuchVersion, .noSuchUpload, .deleteMarker: true
        default: false
        }
    }

    private func abortUploads(
        of bucket: Bucket, _ rules: Lifecycle, _ calendar: LifecycleCalendar
    ) async throws -> Int {
        guard rules.rules.contains(where: { $0.isEnabled && $0.abortDays != nil }) else { return 0 }
        var query = ListQuery(bucket: bucket.id, limit: Self.lifecyclePage)
        var afterUpload: UploadID?
        var aborted = 0
        while true {
            try Task.checkCancellation()
            let page = try await catalog.multipartUploads(query, afterUpload: afterUpload)
            for case .item(let upload) in page.entries {
                guard let due = rules.abortion(of: upload.key, begun: upload.created, calendar),
                    due.date <= now
                else { continue }
                do {
                    try await catalog.abortUpload(upload.id)
                    aborted += 1
                } catch let error as StoreError where Self.isOvertaken(error) {
                    continue
                }
            }
            guard page.isTruncated, case .item(let last)? = page.entries.last else { return aborted }
            query.after = last.key.bytes
            afterUpload = last.id
        }
    }
}
