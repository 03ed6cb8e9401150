import Digests
import HTTPServer

extension S3Authenticator {
    /// Parameters that Version 2 signs as a part of the resource.
    private static let subresources: Set<String> = [
        "accelerate", "acl", "analytics", "cors", "defaultObjectAcl", "delete", "inventory", "lifecycle",
        "location", "logging", "metrics", "notification", "object-lock", "partNumber", "policy",
        "replication",
        "requestPayment", "response-cache-control", "response-content-disposition",
        "response-content-encoding", "response-content-language", "response-content-type",
        "response-expires", "restore", "select", "select-type", "storageClass", "tagging", "torrent",
        "uploadId", "uploads", "versionId", "versioning", "versions", "website",
    ]

    /// Parameters that it does not sign and that only choose which part of an answer is given.
    private static let unsigned: Set<String> = [
        "AWSAccessKeyId", "Expires", "Signature", "x-id", "prefix", "delimiter", "marker", "max-keys",
        "encoding-type", "list-type", "continuation-token", "start-after", "fetch-owner", "key-marker",
        "version-id-marker", "upload-id-marker", "max-uploads", "max-parts", "part-number-marker",
    ]

    /// Header fields that tools put into a URL that they sign, beside `x-amz-*`.
    private static let standardFields: Set<String> = ["content-md5", "content-type"]

    /// Digits of `Expires`.
    private static let expiryDigits = 1...12

    /// A URL signed with Version 2, which boto3 makes for endpoints that are not Amazon's.
    ///
    /// Parameters that Version 2 does not sign and that could make another operation of the URL are refused.
    /// Source: AWS S3 User Guide, "Signing and authenticating REST requests (AWS signature version 2)".
    func authenticateVersion2(_ context: Context) async throws(S3AuthError) -> S3Identity {
        let accessKeyID = try Self.version2Parameter("AWSAccessKeyId", context.query)
        // A plus that was not escaped has become a space; base64 has no space.
        let signature = String(
            try Self.version2Parameter("Signature", context.query).map { $0 == " " ? "+" : $0 })
        let expiryText = try Self.version2Parameter("Expires", context.query)
        guard Self.expiryDigits.contains(expiryText.utf8.count),
            expiryText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let expires = Int64(expiryText)
        else {
            throw .accessDenied("Invalid date (should be seconds since epoch): \(expiryText)")
        }
        guard context.now <= expires else {
            throw .requestExpired(expires: expires, lifetime: nil, serverTime: context.now)
        }
        try Self.refuseUnsigned(context.query)
        let payload = try payload(context.request)?.mode ?? .unspecified
        if case .streamingSigned = payload {
            throw .invalidRequest("A body of signed chunks needs a request signed with AWS4-HMAC-SHA256.")
        }
        guard let path = CanonicalRequest.path(context.request.rawPath) else { throw .invalidURI }
        let tokens =
            Self.hoisted(context, except: []).values("x-amz-security-token")
            + context.request.headers.values("x-amz-security-token")
        guard tokens.count <= 1 else { throw .invalidToken }
        let credential = try await credential(accessKeyID, token: tokens.first)
        var isGenuine = false
        var shown = ""
        // Tools of that time signed the path as they sent it, today's in its canonical spelling.
        for spelling in Self.spellings(path, context) {
            let text = Self.stringToSign(context, expires: expiryText, path: spelling)
            let code = hmac(.sha1, key: credential?.secret ?? decoySecret, message: Array(text.utf8))
            let matches = constantTimeEqual(Array(Base64.encode(code).utf8), Array(signature.utf8))
            isGenuine = isGenuine || matches
            if spelling == path { shown = text }
        }
        let accepted = try accept(
            credential, isGenuine,
            SignatureEvidence(accessKeyID: accessKeyID, signatureProvided: signature, stringToSign: shown))
        var hoisted = Self.hoisted(context, except: [])
        for name in Self.standardFields.sorted() where !context.request.headers.contains(name) {
            if let value = context.query.values(name).first { hoisted.add(name, value) }
        }
        return S3Identity(
            principal: .key(accepted), payload: payload, signing: nil, isPresigned: true,
            hoistedHeaders: hoisted, chunkBudget: chunkBudget, form: SignatureForm(.query, .two))
    }

    private static func version2Parameter(
        _ name: String, _ query: CanonicalQuery
    ) throws(S3AuthError) -> String {
        let values = query.values(name)
        guard values.count == 1, let value = values.first, !value.isEmpty else {
            throw .accessDenied(
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters")
        }
        return value
    }

    private static func refuseUnsigned(_ query: CanonicalQuery) throws(S3AuthError) {
        var seen: Set<String> = []
        for item in query.items {
            let name = item.encodedName
            let lower = name.lowercased()
            let isField = lower.hasPrefix("x-amz-") || standardFields.contains(name)
            guard isField || subresources.contains(name) || unsigned.contains(name) else {
                throw .accessDenied("The parameter \(item.name) is not signed by this form of signature.")
            }
            guard seen.insert(isField ? lower : name).inserted else {
                throw .accessDenied("The parameter \(item.name) is given more than once.")
            }
        }
    }

    /// The paths that a client may have signed; for a bucket alone some add the slash that they did not send.
    private static func spellings(_ path: String, _ context: Context) -> [String] {
        var spellings: Set<String> = [path, context.request.rawPath]
        if context.virtualHostBucket == nil, path.utf8.count > 1, !path.utf8.dropFirst().contains(0x2F) {
            spellings.insert(path + "/")
        }
        return spellings.sorted()
    }

    private static func stringToSign(_ context: Context, expires: String, path: String) -> String {
        var text = context.request.method.name + "\n"
        text += field("content-md5", context) + "\n"
        text += field("content-type", context) + "\n"
        text += expires + "\n"
        for (name, value) in amazonFields(context) { text += "\(name):\(value)\n" }
        if let bucket = context.virtualHostBucket { text += "/" + bucket }
        text += path
        let signed = context.query.items
            .filter { subresources.contains($0.encodedName) }
            .sorted { $0.encodedName < $1.encodedName }
            .map { item in item.value.map { "\(item.encodedName)=\($0)" } ?? item.encodedName }
        return signed.isEmpty ? text : text + "?" + signed.joined(separator: "&")
    }

    /// A field as sent, or as the URL has it.
    private static func field(_ name: String, _ context: Context) -> String {
        let lines = context.request.headers.values(name)
        return lines.isEmpty ? context.query.values(name).first ?? "" : joined(lines)
    }

    private static func amazonFields(_ context: Context) -> [(String, String)] {
        var fields: [String: [String]] = [:]
        for field in context.request.headers {
            let name = field.name.lowercased()
            if name.hasPrefix("x-amz-") { fields[name, default: []].append(field.value) }
        }
        for field in hoisted(context, except: []) { fields[field.name] = [field.value] }
        return fields.map { ($0.key, joined($0.value)) }.sorted { $0.0 < $1.0 }
    }

    private static func joined(_ lines: [String]) -> String {
        lines.map { CanonicalRequest.headerValue([$0]) }.joined(separator: ",")
    }
}
