import Digests
import HTTPServer

extension S3Authenticator {
    /// What both places of a Version 4 signature give.
    struct Version4 {
        var scope: CredentialScope
        var timestamp: AWSTimestamp
        var signedHeaders: String
        var signature: String
        /// The last line of the canonical request.
        var payloadText: String
        /// The canonical query without the signature.
        var query: String
        /// Of a session; nil for a key.
        var token: String?
    }

    /// Proves the signature; the second value continues it over the chunks of the body.
    func verify(_ signed: Version4, _ context: Context) async throws(S3AuthError) -> (Credential, ChunkSigner)
    {
        guard let path = CanonicalRequest.path(context.request.rawPath) else { throw .invalidURI }
        let credential = try await credential(signed.scope.accessKeyID, token: signed.token)
        let headers = try signedHeaders(signed.signedHeaders, context.request)
        let canonical = CanonicalRequest(
            method: context.request.method.name, path: path, query: signed.query, headers: headers,
            signedHeaders: signed.signedHeaders, payload: signed.payloadText)
        let stringToSign = canonical.stringToSign(signed.timestamp, signed.scope)
        let key = signingKeys.key(secret: credential?.secret ?? decoySecret, scope: signed.scope)
        let expected = hexEncode(hmac(.sha256, key: key, message: Array(stringToSign.utf8)))
        let isGenuine = constantTimeEqual(Array(expected.utf8), Array(signed.signature.utf8))
        let accepted = try accept(
            credential, isGenuine,
            SignatureEvidence(
                accessKeyID: signed.scope.accessKeyID, signatureProvided: signed.signature,
                stringToSign: stringToSign, canonicalRequest: canonical.text))
        return (
            accepted,
            ChunkSigner(
                accessKeyID: signed.scope.accessKeyID, timestamp: signed.timestamp, scope: signed.scope,
                signingKey: key, seed: expected)
        )
    }

    /// The signed headers with their values, in the order of the list.
    ///
    /// Throws unless `host` and every `x-amz-*` field of the request is in the list, and every field in the list
    /// is in the request: one that a proxy took away must not pass as empty.
    private func signedHeaders(
        _ list: String, _ request: HTTPRequest
    ) throws(S3AuthError) -> [(name: String, value: String)] {
        let names = list.utf8.split(separator: 0x3B /* ; */, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard names.count <= Self.signedHeadersLimit, Set(names).count == names.count,
            names.allSatisfy(Self.isFieldName)
        else {
            throw .accessDenied("The list of signed headers is malformed.")
        }
        let listed = Set(names)
        var missing: [String] = listed.contains("host") ? [] : ["host"]
        for field in request.headers where Self.isAmazonField(field.name) {
            let name = field.name.lowercased()
            if !listed.contains(name), !missing.contains(name) { missing.append(name) }
        }
        guard missing.isEmpty else { throw .headersNotSigned(missing) }
        var headers: [(name: String, value: String)] = []
        headers.reserveCapacity(names.count)
        for name in names {
            let lines = name == "host" ? try host(request) : request.headers.values(name)
            guard !lines.isEmpty else {
                throw .accessDenied("The signed header \(name) is not in the request.")
            }
            headers.append((name, CanonicalRequest.headerValue(lines)))
        }
        return headers
    }

    /// The host as sent, with its port. Of an absolute-form target, which outranks the field, the host in it:
    /// what is routed by must be what is signed.
    private func host(_ request: HTTPRequest) throws(S3AuthError) -> [String] {
        let lines = request.headers.values("host")
        guard lines.count <= 1 else { throw .invalidRequest("There is more than one Host header.") }
        guard let host = request.host else { return [] }
        return lines.first?.lowercased() == host ? lines : [host]
    }

    /// Whether the name begins with `x-amz-`, in either case; asked of every field of every request.
    private static func isAmazonField(_ name: String) -> Bool {
        name.utf8.count >= amazonPrefix.count
            && zip(name.utf8, amazonPrefix).allSatisfy { byte, expected in
                byte == expected || ((0x41...0x5A).contains(byte) && byte | 0x20 == expected)
            }
    }

    private static let amazonPrefix = Array("x-amz-".utf8)

    private static func isFieldName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                (0x21...0x7E).contains($0) && !(0x41...0x5A).contains($0) && $0 != 0x2C
            }
    }
}
