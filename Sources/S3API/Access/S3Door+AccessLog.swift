import Auth
import HTTPServer
import Objects

/// What is known of a request when its answer is made, refusals included.
struct S3Facts {
    var target: S3Target?
    var operation: S3Operation?
    var identity: S3Identity?
    var errorCode: String?
}

extension S3Door {
    /// Records the request once its answer is sent, when its bucket keeps a log.
    func addRecord(to response: inout HTTPResponse, _ request: HTTPRequest, _ facts: S3Facts) async {
        guard let target = facts.target, let text = target.bucket, let name = BucketName(text),
            let bucket = try? await store.bucket(name), bucket.configurations[.logging] != nil
        else { return }
        let record = AccessRecord(
            bucket: bucket, request: request,
            operation: Self.recordedOperation(request.method, facts.operation, target.level), key: target.key,
            principal: facts.identity?.principal, form: facts.identity?.form, response: response,
            errorCode: facts.errorCode, hostID: Self.hostID)
        accessLog.record(record, whenSent: &response, isHead: request.method == .head)
    }

    /// AWS's name for what is asked: the method and the resource.
    static func recordedOperation(
        _ method: HTTPMethod, _ operation: S3Operation?, _ level: S3OperationRow.Level
    ) -> String {
        switch operation {
        case .copyObject: "REST.COPY.OBJECT"
        case .uploadPartCopy: "REST.COPY.PART"
        default: "REST.\(method.name).\(operation.map(resource) ?? (level == .object ? "OBJECT" : "BUCKET"))"
        }
    }

    private static func resource(_ operation: S3Operation) -> String {
        switch operation {
        case .getObject, .headObject, .putObject, .deleteObject, .postObject, .renameObject: "OBJECT"
        case .deleteObjects: "MULTI_OBJECT_DELETE"
        case .createMultipartUpload, .listMultipartUploads: "UPLOADS"
        case .completeMultipartUpload, .abortMultipartUpload, .listParts: "UPLOAD"
        case .uploadPart: "PART"
        case .listObjectVersions: "BUCKETVERSIONS"
        case .getObjectTagging, .putObjectTagging, .deleteObjectTagging: "OBJECT_TAGGING"
        case .getBucketTagging, .putBucketTagging, .deleteBucketTagging: "TAGGING"
        case .getBucketPolicy, .putBucketPolicy, .deleteBucketPolicy: "BUCKETPOLICY"
        case .getBucketLogging, .putBucketLogging: "LOGGING_STATUS"
        case .getObjectRetention, .putObjectRetention: "OBJECT_LOCK_RETENTION"
        case .getObjectLegalHold, .putObjectLegalHold: "OBJECT_LOCK_LEGALHOLD"
        default:
            if let selector = operation.row.selector {
                // The sub-resource's own name is AWS's, but for how it is written.
                selector == "list-type" ? "BUCKET" : snakeCase(selector)
            } else {
                operation.row.level == .object ? "OBJECT" : "BUCKET"
            }
        }
    }

    /// `publicAccessBlock` as `PUBLIC_ACCESS_BLOCK`.
    private static func snakeCase(_ name: Substring) -> String {
        var text = ""
        for character in name {
            if character == "-" {
                text += "_"
            } else {
                if character.isUppercase { text += "_" }
                text += character.uppercased()
            }
        }
        return text
    }
}
