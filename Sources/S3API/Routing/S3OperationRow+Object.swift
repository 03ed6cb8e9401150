import Auth
import HTTPServer

/// Operations on an object and on its uploads.
extension S3OperationRow {
    static let object: [S3OperationRow] = [
        row(
            .copyObject, .put, header: "x-amz-copy-source",
            action: .putObject, .served { try await $0.copyObject($1) }),
        row(.deleteObject, .delete, action: .deleteObject, .served { try await $0.deleteObject($1) }),
        row(.getObject, .get, action: .getObject, .served { try await $0.getObject($1) }),
        row(.headObject, .head, action: .getObject, .served { try await $0.headObject($1) }),
        row(.putObject, .put, action: .putObject, .served { try await $0.putObject($1) }),
        row(
            .getObjectAcl, .get, query: "acl",
            action: .getObjectAcl, .served { try await $0.getObjectAcl($1) }),
        row(
            .putObjectAcl, .put, query: "acl",
            action: .putObjectAcl, .served { try await $0.putObjectAcl($1) }),
        row(.deleteObjectAnnotation, .delete, query: "annotation", action: nil, .notImplemented),
        row(
            .getObjectAnnotation, .get, query: "annotation", parameter: "annotationName",
            action: nil, .notImplemented),
        row(.listObjectAnnotations, .get, query: "annotation", action: nil, .notImplemented),
        row(.putObjectAnnotation, .put, query: "annotation", action: nil, .notImplemented),
        row(
            .getObjectAttributes, .get, query: "attributes",
            action: .getObjectAttributes, .served { try await $0.getObjectAttributes($1) }),
        row(
            .updateObjectEncryption, .put, query: "encryption",
            action: .updateObjectEncryption, .notImplemented),
        row(
            .getObjectLegalHold, .get, query: "legal-hold", action: .getObjectLegalHold,
            .served { try await $0.getObjectLegalHold($1) }),
        row(
            .putObjectLegalHold, .put, query: "legal-hold", action: .putObjectLegalHold,
            .served { try await $0.putObjectLegalHold($1) }),
        row(
            .renameObject, .put, query: "renameObject", action: .putObject,
            .served { try await $0.renameObject($1) }),
        row(.restoreObject, .post, query: "restore", action: .restoreObject, .notImplemented),
        row(
            .getObjectRetention, .get, query: "retention", action: .getObjectRetention,
            .served { try await $0.getObjectRetention($1) }),
        row(
            .putObjectRetention, .put, query: "retention", action: .putObjectRetention,
            .served { try await $0.putObjectRetention($1) }),
        row(.selectObjectContent, .post, query: "select", action: .getObject, .notImplemented),
        row(
            .deleteObjectTagging, .delete, query: "tagging", action: .deleteObjectTagging,
            .served { try await $0.deleteObjectTagging($1) }),
        row(
            .getObjectTagging, .get, query: "tagging",
            action: .getObjectTagging, .served { try await $0.getObjectTagging($1) }),
        row(
            .putObjectTagging, .put, query: "tagging", action: .putObjectTagging,
            .served { try await $0.putObjectTagging($1) }),
        // AWS has given torrents up: no object has one.
        row(
            .getObjectTorrent, .get, query: "torrent", action: .getObjectTorrent, .notConfigured(.noSuchKey)),
        row(
            .abortMultipartUpload, .delete, query: "uploadId",
            action: .abortMultipartUpload, .served { try await $0.abortMultipartUpload($1) }),
        row(
            .completeMultipartUpload, .post, query: "uploadId",
            action: .putObject, .served { try await $0.completeMultipartUpload($1) }),
        row(
            .listParts, .get, query: "uploadId",
            action: .listMultipartUploadParts, .served { try await $0.listParts($1) }),
        row(
            .uploadPart, .put, query: "uploadId",
            action: .putObject, .served { try await $0.uploadPart($1) }),
        row(
            .uploadPartCopy, .put, query: "uploadId", header: "x-amz-copy-source",
            action: .putObject, .served { try await $0.uploadPartCopy($1) }),
        row(
            .createMultipartUpload, .post, query: "uploads",
            action: .putObject, .served { try await $0.createMultipartUpload($1) }),
    ]

    private static func row(
        _ operation: S3Operation, _ method: HTTPMethod, query: String? = nil, parameter: String? = nil,
        header: String? = nil, action: Action?, _ answer: Answer
    ) -> S3OperationRow {
        S3OperationRow(
            operation: operation, level: .object, method: method, query: query, parameter: parameter,
            header: header,
            action: action, answer: answer)
    }
}
