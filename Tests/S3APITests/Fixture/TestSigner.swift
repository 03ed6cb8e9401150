import Digests
import HTTPServer

/// Signs requests as AWS's clients do, written from AWS's description and sharing nothing with the code that
/// verifies.
struct TestSigner {
    var keyID: String
    var secret: String
    var region = "us-east-1"
    /// `20260102T030405Z`.
    var time: String

    private var day: String { String(time.prefix(8)) }
    private var scope: String { "\(day)/\(region)/s3/aws4_request" }

    /// Adds `x-amz-date`, `x-amz-content-sha256` and `Authorization`; `payload` is the value of the second.
    func signed(_ method: String, _ target: String, _ headers: HeaderFields, payload: String) -> (
        headers: HeaderFields, signature: String
    ) {
        var headers = headers
        headers.set("x-amz-date", time)
        headers.set("x-amz-content-sha256", payload)
        var names: Set<String> = ["host"]
        for (name, _) in headers where name.lowercased().hasPrefix("x-amz-") {
            names.insert(name.lowercased())
        }
        if headers.contains("content-type") { names.insert("content-type") }
        if headers.contains("content-md5") { names.insert("content-md5") }
        let sorted = names.sorted()
        let (path, query) = Self.split(target)
        let request = canonicalRequest(
            method, Self.canonicalPath(path), Self.canonical(query), headers, sorted, payload)
        let signature = self.signature(request)
        headers.set(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=\(keyID)/\(scope), SignedHeaders=\(sorted.joined(separator: ";")), Signature=\(signature)"
        )
        return (headers, signature)
    }

    /// The target with the parameters of a presigned URL; only `host` is signed besides.
    func presigned(_ method: String, _ target: String, host: String, expires: Int = 900) -> String {
        let (path, query) = Self.split(target)
        var items = query
        items.append("X-Amz-Algorithm=AWS4-HMAC-SHA256")
        items.append("X-Amz-Credential=" + percentEncode("\(keyID)/\(scope)".utf8, keepingSlash: false))
        items.append("X-Amz-Date=\(time)")
        items.append("X-Amz-Expires=\(expires)")
        items.append("X-Amz-SignedHeaders=host")
        let canonical = Self.canonical(items)
        let request = canonicalRequest(
            method, Self.canonicalPath(path), canonical, ["host": host], ["host"], "UNSIGNED-PAYLOAD")
        return path + "?" + items.joined(separator: "&") + "&X-Amz-Signature=" + signature(request)
    }

    /// The target with the parameters of signature version 2; `resource` is what is signed of it.
    func presignedByVersion2(_ method: String, _ target: String, resource: String, expires: Int64) -> String {
        let text = "\(method)\n\n\n\(expires)\n\(resource)"
        let code = Base64.encode(hmac(.sha1, key: Array(secret.utf8), message: Array(text.utf8)))
        let signature = percentEncode(code.utf8, keepingSlash: false)
        let mark = target.contains("?") ? "&" : "?"
        return target + mark + "AWSAccessKeyId=\(keyID)&Signature=\(signature)&Expires=\(expires)"
    }

    /// The body in aws-chunked form, each chunk signed after the one before it.
    func chunked(_ chunks: [[UInt8]], seed: String, trailer: (name: String, value: String)? = nil) -> [UInt8]
    {
        var previous = seed
        var body: [UInt8] = []
        for chunk in chunks + [[]] {
            let text =
                "AWS4-HMAC-SHA256-PAYLOAD\n\(time)\n\(scope)\n\(previous)\n\(Self.emptyDigest)\n"
                + SHA256Digest.hash(chunk).hex
            previous = hexEncode(hmac(.sha256, key: key, message: Array(text.utf8)))
            body += Array("\(String(chunk.count, radix: 16));chunk-signature=\(previous)\r\n".utf8)
            body += chunk
            if !chunk.isEmpty || trailer == nil { body += Array("\r\n".utf8) }
        }
        guard let trailer else { return body }
        let line = "\(trailer.name):\(trailer.value)\n"
        let text =
            "AWS4-HMAC-SHA256-TRAILER\n\(time)\n\(scope)\n\(previous)\n"
            + SHA256Digest.hash(Array(line.utf8)).hex
        let signature = hexEncode(hmac(.sha256, key: key, message: Array(text.utf8)))
        return body
            + Array("\(trailer.name):\(trailer.value)\r\nx-amz-trailer-signature:\(signature)\r\n\r\n".utf8)
    }

    /// The body in aws-chunked form without signatures, with a trailer.
    static func chunkedUnsigned(_ chunks: [[UInt8]], trailer: (name: String, value: String)) -> [UInt8] {
        var body: [UInt8] = []
        for chunk in chunks where !chunk.isEmpty {
            body += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
        }
        return body + Array("0\r\n\(trailer.name):\(trailer.value)\r\n\r\n".utf8)
    }

    private static let emptyDigest = SHA256Digest.hash([UInt8]()).hex

    private var key: [UInt8] {
        var key = Array(("AWS4" + secret).utf8)
        for part in [day, region, "s3", "aws4_request"] {
            key = hmac(.sha256, key: key, message: Array(part.utf8))
        }
        return key
    }

    private func signature(_ canonicalRequest: String) -> String {
        let text =
            "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n" + SHA256Digest.hash(Array(canonicalRequest.utf8)).hex
        return hexEncode(hmac(.sha256, key: key, message: Array(text.utf8)))
    }

    private func canonicalRequest(
        _ method: String, _ path: String, _ query: String, _ headers: HeaderFields, _ names: [String],
        _ payload: String
    ) -> String {
        var text = "\(method)\n\(path)\n\(query)\n"
        for name in names { text += name + ":" + headers.values(name).joined(separator: ",") + "\n" }
        return text + "\n" + names.joined(separator: ";") + "\n" + payload
    }

    private static func split(_ target: String) -> (String, [String]) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = parts.count > 1 ? parts[1].split(separator: "&").map(String.init) : []
        return (String(parts[0]), query)
    }

    /// Every byte but the unreserved ones escaped, once.
    private static func canonicalPath(_ path: String) -> String {
        percentEncode(percentDecode(path) ?? Array(path.utf8), keepingSlash: true)
    }

    /// The tests' queries are written encoded already.
    private static func canonical(_ items: [String]) -> String {
        items.map { $0.contains("=") ? $0 : $0 + "=" }.sorted().joined(separator: "&")
    }
}
