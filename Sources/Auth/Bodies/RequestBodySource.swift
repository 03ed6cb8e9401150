package import HTTPServer
package import NIOCore
package import Objects

/// The body of a request as the store reads it.
package struct RequestBodySource: BodySource {
    private let body: RequestBody
    private let limit: Int64

    /// `limit` is the number of bytes that a refusal names; the body itself is limited with
    /// `RequestBody.limit(to:)`.
    package init(_ body: RequestBody, limit: Int64) {
        self.body = body
        self.limit = limit
    }

    /// Throws `StoreError`: `bodyTooLarge`, `bodyTooSlow`, or `bodyIncomplete` when the client left or broke the
    /// framing.
    package func next() async throws -> ByteBuffer? {
        do {
            return try await body.next()
        } catch {
            throw Self.storeError(error, limit: limit)
        }
    }

    /// What a broken body is to the store.
    package static func storeError(_ error: BodyError, limit: Int64) -> StoreError {
        switch error {
        case .tooLarge: .bodyTooLarge(limit: limit)
        case .tooSlow: .bodyTooSlow
        case .disconnected, .malformed, .aborted: .bodyIncomplete
        }
    }
}
