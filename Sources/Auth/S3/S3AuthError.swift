package import Objects

/// Why an S3 request is not believed, with what AWS says in the same case.
///
/// `answer` has the status, code, message and further XML elements.
package enum S3AuthError: Error, Sendable {
    case accessDenied(String)
    /// Fields that had to be signed and were not.
    case headersNotSigned([String])
    case signatureDoesNotMatch(SignatureEvidence)
    case invalidAccessKeyID(String)
    /// `requestTime` as sent; `serverTime` in seconds since 1970.
    case requestTimeTooSkewed(requestTime: String, serverTime: Int64)
    /// `region` is the right one, where a wrong one was the fault.
    case authorizationHeaderMalformed(String, region: String? = nil)
    case authorizationQueryParameters(String, region: String? = nil)
    /// X-Amz-Expires is a number that no URL may have.
    case lifetimeOutOfRange(String)
    /// Seconds since 1970; `lifetime` is X-Amz-Expires where there is one.
    case requestExpired(expires: Int64, lifetime: Int64?, serverTime: Int64)
    case invalidArgument(name: String, value: String?, message: String)
    case invalidRequest(String)
    case invalidURI
    /// The policy of a browser form cannot be read.
    case invalidPolicyDocument(String)
    /// A session token that this server did not make for this key.
    case invalidToken
    case expiredToken
    case missingContentLength
    /// The body is not what `x-amz-content-sha256` says; both in lower-case hex.
    case contentSHA256Mismatch(client: String, computed: String)
    case incompleteBody(String)
    /// A chunk other than the last one is shorter than `AWSChunkedBody.minimumChunk`; chunks count from 1.
    case invalidChunkSize(chunk: Int, size: Int64)
    case malformedTrailer(String)
    /// The catalog could not be asked.
    case store(StoreError)
}

/// What the server computed a signature from, so that a client's author can compare.
///
/// It holds nothing that the client did not send, and no signature but the client's own.
package struct SignatureEvidence: Sendable {
    package var accessKeyID: String
    package var signatureProvided: String
    package var stringToSign: String
    package var canonicalRequest: String?
    /// Whether a chunk or trailer of the body failed, and not the request.
    package var isBody = false
}
