import Auth
import HTTPServer
import Objects

/// A request that is routed, authenticated and allowed.
struct S3Call: Sendable {
    let request: HTTPRequest
    /// The request's header fields; of a presigned URL also those that it carries as parameters.
    let headers: HeaderFields
    let target: S3Target
    let query: S3Query
    let row: S3OperationRow
    let identity: S3Identity
    let resolvedBucket: Bucket?
    let resolvedKey: ObjectKey?
    /// The caller may write new keys and replace nothing.
    var allowsNewKeysOnly: Bool

    /// The bucket of an operation on a bucket or object.
    var bucket: Bucket {
        guard let resolvedBucket else {
            preconditionFailure("Only operations below the service have a bucket")
        }
        return resolvedBucket
    }

    /// The key of an operation on an object.
    var key: ObjectKey {
        guard let resolvedKey else { preconditionFailure("Only operations on objects have a key") }
        return resolvedKey
    }

    /// The values of condition keys, for decisions about this request.
    func conditions(tags: [ObjectAttributes.Tag]? = nil) -> RequestConditions {
        RequestConditions(request, headers, query, identity, tags: tags)
    }

    /// What those who are told of the bucket's changes learn of the request; nil when nobody is.
    func origin(_ kind: ObjectEvent.Kind) -> ChangeOrigin? {
        ChangeOrigin(kind, request, identity.principal, in: bucket)
    }

    /// The account that sends the request; nil for anonymous ones.
    var account: ProjectID? { credential?.project }

    /// The access key that signed the request; nil for anonymous ones.
    var credential: Credential? { identity.principal.credential }

    /// The version that the request names.
    var versionID: VersionID? {
        get throws(S3Error) {
            guard let text = query["versionId"] else { return nil }
            return try VersionID(wire: text)
        }
    }
}

extension VersionID {
    /// A version id as a request gives it: `null`, or what this server hands out. Throws `InvalidArgument`.
    init(wire text: String, argument: String = "versionId") throws(S3Error) {
        guard !text.isEmpty else {
            throw .argument(argument, text, "Version id cannot be the empty string")
        }
        guard text == VersionID.null.string || Self.isWellFormed(text) else {
            throw .argument(argument, text, "Invalid version id specified")
        }
        self.init(text)
    }

    private static func isWellFormed(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
