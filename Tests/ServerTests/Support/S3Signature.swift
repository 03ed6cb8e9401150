import Digests

/// The Authorization field of version 4 with an unsigned payload, made as AWS describes it, apart from the server's
/// own code: "Signature Version 4 signing process" in the S3 API reference.
struct S3Signature {
    var keyID: String
    var secret: String
    /// Such as `20260101T000000Z`.
    var date: String

    func headers(_ method: String, host: String, target: String) -> [(String, String)] {
        let fields = "host:\(host)\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:\(date)\n"
        let names = "host;x-amz-content-sha256;x-amz-date"
        let canonical = "\(method)\n\(target)\n\n\(fields)\n\(names)\nUNSIGNED-PAYLOAD"
        let scope = "\(date.prefix(8))/us-east-1/s3/aws4_request"
        let text =
            "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n" + SHA256Digest.hash(Array(canonical.utf8)).hex
        var key = Array("AWS4\(secret)".utf8)
        for part in [String(date.prefix(8)), "us-east-1", "s3", "aws4_request"] {
            key = hmac(.sha256, key: key, message: Array(part.utf8))
        }
        let signature = hexEncode(hmac(.sha256, key: key, message: Array(text.utf8)))
        return [
            ("x-amz-date", date), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=\(keyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
            ),
        ]
    }
}
