package import HTTPServer

/// What authentication found out about an S3 request.
package struct S3Identity: Sendable {
    package var principal: Principal
    package var payload: PayloadMode
    /// Continues the request's signature over the chunks of its body.
    package var signing: ChunkSigner?
    package var isPresigned: Bool
    /// `x-amz-*` fields that a presigned URL carries as parameters: they count as if they were header fields.
    /// Names in lower case; none that the request has as a header field too.
    package var hoistedHeaders: HeaderFields
    /// Memory that signed chunks may take while they wait to be verified.
    let chunkBudget: ChunkBudget
    /// Nil for anonymous requests.
    package var form: SignatureForm?
}
