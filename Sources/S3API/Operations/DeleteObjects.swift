import Auth
import HTTPServer
import Objects
import XML

extension S3Door {
    /// Deletes up to a thousand keys, each on its own: what fails is listed and stops nothing.
    func deleteObjects(_ call: S3Call) async throws -> HTTPResponse {
        // Where nothing is configured all keys are alike: who may delete none need not send them.
        if call.bucket.configurations.isEmpty { try permit(call, .deleteObject, call.bucket, nil) }
        let request = try DeletionRequest(try await call.document(limit: S3Limits.deletionBody))
        let now = store.now
        let bypasses = try bypassesGovernance(call)
        var deletions: [ObjectDeletion] = []
        var places: [Int] = []
        var outcomes = [Result<ObjectDeleted, S3Error>?](repeating: nil, count: request.items.count)
        for (index, item) in request.items.enumerated() {
            do throws(S3Error) {
                let version: VersionID? =
                    if let text = item.versionID { try VersionID(wire: text) } else { nil }
                let conditions = WritePreconditions(
                    ifMatch: item.etag.map { $0 == "*" ? .any : .etags([S3Call.unquoted($0)]) })
                let key = try ObjectKey(wire: item.key)
                try permit(call, version == nil ? .deleteObject : .deleteObjectVersion, call.bucket, key)
                deletions.append(
                    ObjectDeletion(
                        bucket: call.bucket.id, key: key, versionID: version, preconditions: conditions,
                        author: call.credential?.keyID, bypassesGovernance: bypasses,
                        origin: call.origin(.removed), now: now))
                places.append(index)
            } catch {
                outcomes[index] = .failure(error)
            }
        }
        if !deletions.isEmpty {
            let results = try await store.delete(deletions)
            guard results.count == places.count else {
                throw S3Error(
                    .internalError, cause: "\(places.count) deletions have \(results.count) results")
            }
            for (place, result) in zip(places, results) {
                outcomes[place] = result.mapError { S3Error(store: $0) }
            }
        }
        return .xml { xml in
            xml.openRoot("DeleteResult")
            for (item, outcome) in zip(request.items, outcomes) {
                switch outcome {
                case .success(let deleted):
                    if !request.isQuiet { Self.write(deleted, of: item, in: call.bucket, to: &xml) }
                case .failure(let error) where error.isCode(.noSuchVersion):
                    if !request.isQuiet {
                        Self.write(ObjectDeleted(existed: false), of: item, in: call.bucket, to: &xml)
                    }
                case .failure(let error): Self.write(error, of: item, to: &xml)
                case nil: continue
                }
            }
            xml.close()
        }
    }

    private static func write(
        _ deleted: ObjectDeleted, of item: DeletionRequest.Item, in bucket: Bucket, to xml: inout XMLWriter
    ) {
        xml.open("Deleted")
        xml.element("Key", utf8: item.key)
        xml.element("VersionId", ifPresent: item.versionID)
        if bucket.versioning != .off, deleted.isDeleteMarker {
            xml.element("DeleteMarker", true)
            xml.element("DeleteMarkerVersionId", ifPresent: deleted.versionID?.string)
        }
        xml.close()
    }

    private static func write(_ error: S3Error, of item: DeletionRequest.Item, to xml: inout XMLWriter) {
        xml.open("Error")
        xml.element("Key", utf8: item.key)
        xml.element("VersionId", ifPresent: item.versionID)
        xml.element("Code", error.code)
        xml.element("Message", error.message)
        xml.close()
    }
}

/// The body of DeleteObjects.
struct DeletionRequest: Sendable {
    struct Item: Hashable, Sendable {
        var key: [UInt8]
        var versionID: String?
        var etag: String?
    }

    /// Each once: what a client lists twice is deleted once, and makes one delete marker.
    var items: [Item]
    /// Only what failed is listed.
    var isQuiet: Bool

    /// Throws `MalformedXML`, also for no key or more than a thousand; `NotImplemented` for a condition that
    /// this server does not judge.
    init(_ body: [UInt8]) throws(S3Error) {
        let root = try parseDocument(body, root: "Delete", limit: S3Limits.deletionBody)
        let objects = root.all("Object")
        guard (1...S3Limits.deletions).contains(objects.count) else { throw S3Error(.malformedXML) }
        isQuiet = root.text(of: "Quiet")?.lowercased() == "true"
        items = []
        items.reserveCapacity(objects.count)
        var known: Set<Item> = []
        for object in objects {
            guard let key = object.text(of: "Key"), !key.isEmpty else { throw S3Error(.malformedXML) }
            for name in ["Size", "LastModifiedTime"] where object.first(name) != nil {
                throw S3Error(.notImplemented, fields: [("Element", name)])
            }
            let version = object.text(of: "VersionId")
            let item = Item(
                key: Array(key.utf8), versionID: version?.isEmpty == true ? nil : version,
                etag: object.text(of: "ETag"))
            if known.insert(item).inserted { items.append(item) }
        }
    }
}
