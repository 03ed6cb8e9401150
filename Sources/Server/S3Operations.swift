import S3API

/// What the S3 door answers to each operation, for `coffer operations`.
package enum S3Operations {
    package static var answers: [(operation: String, answer: String)] { S3OperationTable.answers }
}
