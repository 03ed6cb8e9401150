import Auth
import HTTPServer
import Objects
import XML

/// What the fields of a form ask for.
struct FormFields: Sendable {
    let form: PostForm
    let key: ObjectKey
    /// 200, 201 or 204.
    let status: Int
    /// Where the browser goes afterwards.
    let redirect: String?

    /// Fields that sign the form; `${filename}` means nothing in them.
    private static let signing: Set<String> = [
        "policy", "signature", "awsaccesskeyid", "x-amz-signature", "x-amz-credential", "x-amz-algorithm",
        "x-amz-date", "x-amz-security-token",
    ]
    private static let plainHeaders: Set<String> = [
        "cache-control", "content-disposition", "content-encoding", "content-language", "content-md5",
        "content-type", "expires",
    ]

    /// Throws `InvalidArgument` for a form without a key, and what keys throw.
    init(_ head: FormHead, bucket: String) throws(S3Error) {
        let fields = head.fields.map { field in
            Self.signing.contains(field.name)
                ? field : (name: field.name, value: Self.naming(head.filename, in: field.value))
        }
        form = PostForm(fields, bucket: bucket)
        guard let key = form["key"], !key.isEmpty else {
            throw .argument(
                "key", "",
                "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of "
                    + "the fields.")
        }
        self.key = try ObjectKey(wire: Array(key.utf8))
        status =
            switch form["success_action_status"] {
            case "200": 200
            case "201": 201
            default: 204
            }
        redirect = (form["success_action_redirect"] ?? form["redirect"]).flatMap {
            ($0.hasPrefix("http://") || $0.hasPrefix("https://"))
                && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
                ? $0 : nil
        }
    }

    /// The fields that stand for headers of a PutObject. None of the request's own is among them: nobody signed those.
    ///
    /// Throws `InvalidArgument` for values that no header could have, and what tags throw.
    func headers() throws(S3Error) -> HeaderFields {
        var headers = HeaderFields()
        for (name, value) in form.fields where !Self.signing.contains(name) {
            switch name {
            case "acl": headers.add("x-amz-acl", value)
            case "tagging": headers.add("x-amz-tagging", try Self.tagging(value))
            case _ where Self.plainHeaders.contains(name) || name.hasPrefix("x-amz-"):
                guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                    throw .argument(name, value, "Invalid header value")
                }
                headers.add(name, value)
            default: break
            }
        }
        return headers
    }

    /// The document of the field `tagging` as the header that a PutObject has.
    private static func tagging(_ document: String) throws(S3Error) -> String {
        let root = try parseDocument(Array(document.utf8), root: "Tagging", limit: FormHead.maximumLength)
        return try TagSet.parse(document: root, limit: TagSet.objectLimit).map { tag in
            percentEncode(tag.key.utf8, keepingSlash: false) + "="
                + percentEncode(tag.value.utf8, keepingSlash: false)
        }.joined(separator: "&")
    }

    /// `${filename}` is what the sender calls the file.
    private static func naming(_ filename: String, in value: String) -> String {
        let mark = Array("${filename}".utf8)
        let bytes = Array(value.utf8)
        guard bytes.count >= mark.count else { return value }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == mark[0], bytes[index...].starts(with: mark) {
                result += Array(filename.utf8)
                index += mark.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
