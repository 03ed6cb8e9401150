import Auth
import HTTPServer
import Objects

extension DeliveryDoor {
    /// Removes the file: 204, also when there is none.
    func delete(_ visit: Visit) async throws -> HTTPResponse {
        try authorize(visit, .deleteObject)
        let preconditions = try WriteConditions.parse(visit.request.headers)
        try await checkUnmodifiedSince(visit, preconditions)
        let results = try await store.delete([
            ObjectDeletion(
                bucket: visit.site.bucket.id, key: visit.key, preconditions: preconditions,
                author: try author(visit), origin: visit.origin(.removed), now: store.now)
        ])
        for result in results { _ = try result.get() }
        return emptyAnswer()
    }
}
