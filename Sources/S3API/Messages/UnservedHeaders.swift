import HTTPServer

/// Headers of a write that ask for what this server does not do: the request is refused, for an object that is
/// stored without the encryption, tags or grants that its client asked for would deceive.
enum UnservedHeaders {
    /// Canned ACLs that grant nothing beyond what the owner has.
    private static let harmlessACLs: Set<String> = [
        "private", "bucket-owner-full-control", "bucket-owner-read",
    ]
    private static let otherACLs: Set<String> = [
        "public-read", "public-read-write", "authenticated-read", "aws-exec-read", "log-delivery-write",
    ]

    static func check(_ headers: HeaderFields) throws(S3Error) {
        for (name, value) in headers
        where name.utf8.count > 6 && name.utf8.prefix(6).last == UInt8(ascii: "-") {
            let name = name.lowercased()
            guard name.hasPrefix("x-amz-") else { continue }
            if name == "x-amz-acl" {
                try checkACL(value)
            } else if name.hasPrefix("x-amz-grant-") {
                throw S3Error(.accessControlListNotSupported)
            } else if name.hasPrefix("x-amz-server-side-encryption")
                || name.hasPrefix("x-amz-copy-source-server-side")
                || name == "x-amz-write-offset-bytes"
            {
                throw .unsupported(header: name)
            } else if name == "x-amz-tagging", !value.isEmpty {
                throw .unsupported(header: name)
            } else if name.hasPrefix("x-amz-object-lock-") {
                throw S3Error(.invalidRequest, "Bucket is missing Object Lock Configuration")
            }
        }
    }

    static func checkACL(_ value: String) throws(S3Error) {
        if harmlessACLs.contains(value) { return }
        if otherACLs.contains(value) { throw S3Error(.accessControlListNotSupported) }
        throw .argument("x-amz-acl", value, "Invalid canned ACL")
    }
}
