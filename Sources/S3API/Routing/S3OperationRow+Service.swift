import Auth
import HTTPServer

/// Operations on the whole account.
extension S3OperationRow {
    static let service: [S3OperationRow] = [
        row(.listBuckets, .get, action: .listAllMyBuckets, .served { try await $0.listBuckets($1) }),
        row(.listDirectoryBuckets, .get, query: "max-directory-buckets", action: nil, .notImplemented),
    ]

    private static func row(
        _ operation: S3Operation, _ method: HTTPMethod, query: String? = nil, parameter: String? = nil,
        header: String? = nil, action: Action?, _ answer: Answer
    ) -> S3OperationRow {
        S3OperationRow(
            operation: operation, level: .service, method: method, query: query, parameter: parameter,
            header: header,
            action: action, answer: answer)
    }
}
