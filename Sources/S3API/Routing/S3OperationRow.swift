import Auth
import HTTPServer

/// One line of the table from which routing, authorisation, the 501 answers and the compatibility page are read.
struct S3OperationRow: Sendable {
    /// What the request's path names.
    enum Level: Hashable, Sendable {
        case service, bucket, object
    }

    /// Whether a request may name a version of an object by the parameter `versionId`.
    var takesVersion: Bool {
        switch operation {
        case .putObject, .copyObject, .createMultipartUpload, .uploadPart, .uploadPartCopy,
            .completeMultipartUpload, .abortMultipartUpload, .listParts:
            false
        default: level == .object || method != .get
        }
    }

    /// What the door does about the operation.
    enum Answer: Sendable {
        case served(Handler)
        /// AWS's document for a bucket on which this was never configured: the root element and nothing in it.
        case emptyDocument(StaticString)
        /// AWS's own error for a bucket on which this was never configured; clients tell it from a failure.
        case notConfigured(S3ErrorCode)
        case notImplemented
        /// An older name of the same request: the router never gives this row.
        case sameAs(S3Operation)
    }

    typealias Handler = @Sendable (S3Door, S3Call) async throws -> HTTPResponse

    var operation: S3Operation
    var level: Level
    var method: HTTPMethod
    /// The query parameter that selects the operation, with `=value` where only that value does.
    var query: String?
    /// A second parameter without which the row does not match.
    var parameter: String?
    /// A header without which the row does not match.
    var header: String?
    /// What the caller must be allowed to do; nil for operations of features that have no part in this server,
    /// which are refused before anybody is asked.
    var action: Action?
    var answer: Answer

    /// The name of the parameter in `query`.
    var selector: Substring? { query?.prefix { $0 != "=" } }

    /// Whether there is anything but a 501.
    var isAnswered: Bool {
        switch answer {
        case .served, .emptyDocument, .notConfigured: true
        case .notImplemented, .sameAs: false
        }
    }

    static let all: [S3OperationRow] = service + bucket + object
}

extension S3Operation {
    private static let rows: [S3Operation: S3OperationRow] = Dictionary(
        uniqueKeysWithValues: S3OperationRow.all.map { ($0.operation, $0) })

    /// The operation's line of the table.
    var row: S3OperationRow {
        guard let row = Self.rows[self] else { preconditionFailure("Every operation has a row") }
        return row
    }
}
