/// The table of operations as other parts of the program tell it.
package enum S3OperationTable {
    /// The name of each operation of AWS's model, and of forms, and what this server answers to it.
    package static var answers: [(operation: String, answer: String)] {
        S3OperationRow.all.map { row in
            (row.operation.rawValue, answer(row))
        }
        .sorted { $0.0 < $1.0 }
    }

    private static func answer(_ row: S3OperationRow) -> String {
        switch row.answer {
        case .served: "served"
        case .emptyDocument, .notConfigured: "not configured"
        case .notImplemented: "not implemented"
        case .sameAs(let other): "as \(other.rawValue)"
        }
    }
}
