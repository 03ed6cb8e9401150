import Objects

/// A refusal in AWS's words: a code, a sentence, and what else the document of that code holds.
package struct S3Error: Error, Sendable {
    /// AWS's name of the error.
    package var code: String
    package var status: Int
    package var message: String
    /// Elements after the message, in order.
    package var fields: [(name: StaticString, value: String)]
    /// Header fields of the answer.
    package var headers: [(name: String, value: String)]
    /// What goes to the log and not to the client.
    package var cause: String?

    init(
        _ code: S3ErrorCode, _ message: String? = nil, fields: [(name: StaticString, value: String)] = [],
        headers: [(name: String, value: String)] = [], cause: String? = nil
    ) {
        self.init(
            code: code.name, status: code.status, message: message ?? code.message, fields: fields,
            headers: headers, cause: cause)
    }

    /// For errors that another part of the server words, such as those of signatures.
    package init(
        code: String, status: Int, message: String, fields: [(name: StaticString, value: String)] = [],
        headers: [(name: String, value: String)] = [], cause: String? = nil
    ) {
        self.code = code
        self.status = status
        self.message = message
        self.fields = fields
        self.headers = headers
        self.cause = cause
    }

    func isCode(_ other: S3ErrorCode) -> Bool { code == other.name }

    /// `InvalidArgument` about one header or parameter.
    static func argument(_ name: String, _ value: String, _ message: String) -> S3Error {
        S3Error(.invalidArgument, message, fields: [("ArgumentName", name), ("ArgumentValue", value)])
    }

    /// AWS's own error for what was never configured of a bucket; clients tell it from a failure.
    static func notConfigured(_ code: S3ErrorCode, _ bucket: Bucket) -> S3Error {
        S3Error(code, fields: [("BucketName", bucket.name.string)])
    }

    /// A header that asks for something this server does not do: ignoring it would be a lie.
    static func unsupported(header name: String) -> S3Error {
        S3Error(
            .notImplemented, "A header you provided implies functionality that is not implemented",
            fields: [("Header", name)])
    }
}
