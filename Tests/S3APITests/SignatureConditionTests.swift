import Digests
import HTTPServer
import Testing

@testable import S3API

/// What policies say about the way a request is signed.
@Suite struct SignatureConditionTests {
    /// The ways to ask for a change of `/demo/x`, all by the same key.
    enum Way: CaseIterable {
        case header, presigned, presignedByVersion2, form
    }

    private static func form(_ s3: S3Fixture) -> (headers: HeaderFields, body: [UInt8]) {
        let signer = s3.signer()
        let policy = Base64.encode(
            Array(
                #"{"expiration": "2026-01-03T00:00:00Z", "conditions": [{"bucket": "demo"}, {"key": "x"}]}"#
                    .utf8))
        let code = hmac(.sha1, key: Array(signer.secret.utf8), message: Array(policy.utf8))
        var text = ""
        for (name, value) in [
            ("key", "x"), ("AWSAccessKeyId", signer.keyID), ("policy", policy),
            ("signature", Base64.encode(code)), ("file", "bar"),
        ] {
            text += "--edge\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        let body = Array((text + "--edge--\r\n").utf8)
        return (
            [
                "Host": S3Fixture.host, "Content-Type": "multipart/form-data; boundary=edge",
                "Content-Length": String(body.count),
            ], body
        )
    }

    private static func outcome(_ way: Way, _ s3: S3Fixture) async throws -> String {
        let host: HeaderFields = ["Host": S3Fixture.host, "Content-Length": "3"]
        let body = Array("bar".utf8)
        switch way {
        case .header: return try await s3.send("PUT", "/demo/x", body: body).outcome
        case .presigned:
            let url = s3.signer().presigned("PUT", "/demo/x", host: S3Fixture.host)
            return try await s3.sendRaw("PUT", url, host, body: body).outcome
        case .presignedByVersion2:
            let url = s3.signer().presignedByVersion2(
                "PUT", "/demo/x", resource: "/demo/x", expires: 1_800_000_000)
            return try await s3.sendRaw("PUT", url, host, body: body).outcome
        case .form:
            let (headers, body) = form(s3)
            return try await s3.sendRaw("POST", "/demo", headers, body: body).outcome
        }
    }

    @Test(arguments: [
        (#""StringEquals": {"s3:authType": "REST-HEADER"}"#, [Way.header]),
        (#""StringEquals": {"s3:authType": "REST-QUERY-STRING"}"#, [.presigned, .presignedByVersion2]),
        (#""StringEquals": {"s3:authType": "POST"}"#, [.form]),
        (#""StringEquals": {"s3:signatureversion": "AWS"}"#, [.presignedByVersion2, .form]),
        (#""StringEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}"#, [.header, .presigned]),
        (#""NumericLessThanEquals": {"s3:signatureAge": "600000"}"#, [.header, .presigned]),
        (#""NumericGreaterThan": {"s3:signatureAge": "600000"}"#, []),
    ])
    func aPolicyTellsTheWaysApart(_ condition: String, _ denied: [Way]) async throws {
        try await S3Fixture.run { s3 in
            try await s3.send("PUT", "/demo")
            let policy = #"""
                {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
                 "Action": "s3:PutObject", "Resource": "arn:aws:s3:::demo/*", "Condition": {\#(condition)}}]}
                """#
            let put = try await s3.send("PUT", "/demo?policy", body: Array(policy.utf8))
            #expect(put.outcome == "204")
            for way in Way.allCases {
                let outcome = try await Self.outcome(way, s3)
                let isDenied = denied.contains(way)
                #expect(outcome == (isDenied ? "403 AccessDenied" : way == .form ? "204" : "200"), "\(way)")
            }
        }
    }
}
