import Digests
package import HTTPServer

extension S3Authenticator {
    /// Finds out who signed a browser form, by Version 4 or 2, and whether its policy allows it; nobody signs a form
    /// without a policy. The second value is how many bytes its file may have, nil for any number.
    ///
    /// The signature is proven before the policy is read. Throws what `authenticate` throws, and
    /// `invalidPolicyDocument`. `now` is milliseconds since 1970.
    ///
    /// Source: AWS S3 API Reference, "Authenticating Requests in Browser-Based Uploads Using POST"; of Version 2, AWS
    /// S3 User Guide, "Browser-based uploads using POST (AWS signature version 2)".
    package func authenticate(
        _ form: PostForm, of request: HTTPRequest, region: String, now: Int64
    ) async throws(S3AuthError) -> (S3Identity, ClosedRange<Int64>?) {
        let isVersion4 =
            form["x-amz-algorithm"] != nil || form["x-amz-signature"] != nil
            || form["x-amz-credential"] != nil
        guard let policy = form["policy"] else {
            guard !isVersion4, form["signature"] == nil, form["awsaccesskeyid"] == nil else {
                throw Self.missing("policy")
            }
            return (identity(.anonymous, nil), nil)
        }
        let (credential, signature) =
            isVersion4
            ? try await version4Signer(of: policy, form, request, region: region, now: now / 1000)
            : (try await version2Signer(of: policy, form), SignatureForm(.form, .two))
        return (
            identity(.key(credential), signature), try PostPolicy(base64: policy).check(form, now: now / 1000)
        )
    }

    private func identity(_ principal: Principal, _ signature: SignatureForm?) -> S3Identity {
        S3Identity(
            principal: principal, payload: .unspecified, signing: nil, isPresigned: false,
            hoistedHeaders: HeaderFields(), chunkBudget: chunkBudget, form: signature)
    }

    private func version4Signer(
        of policy: String, _ form: PostForm, _ request: HTTPRequest, region: String, now: Int64
    ) async throws(S3AuthError) -> (Credential, SignatureForm) {
        guard try Self.field("x-amz-algorithm", form) == Self.algorithm else {
            throw .invalidArgument(
                name: "x-amz-algorithm", value: form["x-amz-algorithm"],
                message: "x-amz-algorithm only supports \"AWS4-HMAC-SHA256\"")
        }
        let signature = try Self.field("x-amz-signature", form)
        let dateText = try Self.field("x-amz-date", form)
        guard let query = CanonicalQuery(nil) else { throw .invalidURI }
        let scope = try Self.queryScope(
            try Self.field("x-amz-credential", form),
            Context(request: request, query: query, service: "s3", region: region, now: now))
        guard let date = AWSTimestamp(dateText), date.date.utf8.elementsEqual(scope.date.utf8) else {
            throw .invalidArgument(
                name: "x-amz-date", value: dateText,
                message: "x-amz-date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\" "
                    + "and of the day of the credential")
        }
        let credential = try await credential(scope.accessKeyID, token: form["x-amz-security-token"])
        let key = signingKeys.key(secret: credential?.secret ?? decoySecret, scope: scope)
        let expected = hexEncode(hmac(.sha256, key: key, message: Array(policy.utf8)))
        let accepted = try accept(
            credential, constantTimeEqual(Array(expected.utf8), Array(signature.utf8)),
            SignatureEvidence(
                accessKeyID: scope.accessKeyID, signatureProvided: signature, stringToSign: policy))
        return (accepted, SignatureForm(.form, signedAt: date, now: now))
    }

    private func version2Signer(of policy: String, _ form: PostForm) async throws(S3AuthError) -> Credential {
        let id = try Self.field("AWSAccessKeyId", form)
        let signature = try Self.field("signature", form)
        let credential = try await credential(id, token: form["x-amz-security-token"])
        let code = hmac(.sha1, key: credential?.secret ?? decoySecret, message: Array(policy.utf8))
        return try accept(
            credential, constantTimeEqual(Array(Base64.encode(code).utf8), Array(signature.utf8)),
            SignatureEvidence(accessKeyID: id, signatureProvided: signature, stringToSign: policy))
    }

    private static func field(_ name: String, _ form: PostForm) throws(S3AuthError) -> String {
        guard let value = form[name.lowercased()], !value.isEmpty else { throw missing(name) }
        return value
    }

    private static func missing(_ name: String) -> S3AuthError {
        .invalidArgument(
            name: name, value: "",
            message:
                "Bucket POST must contain a field named '\(name)'.  If it is specified, please check the "
                + "order of the fields.")
    }
}
