import HTTPServer

/// Finds the operation that a request asks for.
///
/// A request whose query names a sub-resource is never taken for a plain one: one that AWS does not know is
/// `NotImplemented`, one that does not take the method is `MethodNotAllowed`.
struct S3Router: Sendable {
    private struct Place: Hashable {
        var level: S3OperationRow.Level
        var method: HTTPMethod
    }

    private let rows: [Place: [S3OperationRow]]
    /// Parameters that select an operation, by level.
    private let selectors: [S3OperationRow.Level: Set<String>]
    private let everySelector: Set<String>

    /// Parameters that may stand in a query without a value and select nothing.
    private static let plainParameters: Set<String> = [
        "annotation-prefix", "annotationName", "bucket-region", "continuation-token", "delimiter",
        "encoding-type", "fetch-owner", "id", "key-marker", "marker", "max-annotation-results", "max-buckets",
        "max-keys", "max-parts", "max-uploads", "part-number-marker", "partNumber", "prefix",
        "response-cache-control", "response-content-disposition", "response-content-encoding",
        "response-content-language", "response-content-type", "response-expires", "select-type",
        "start-after", "upload-id-marker", "version-id-marker", "versionId", "x-id",
        "AWSAccessKeyId", "Expires", "Signature",
    ]

    init(_ table: [S3OperationRow] = S3OperationRow.all) {
        var rows: [Place: [S3OperationRow]] = [:]
        var selectors: [S3OperationRow.Level: Set<String>] = [:]
        for row in table {
            if let selector = row.selector { selectors[row.level, default: []].insert(String(selector)) }
            if case .sameAs = row.answer { continue }
            rows[Place(level: row.level, method: row.method), default: []].append(row)
        }
        // Of several rows that match, the one that asks for more is meant.
        self.rows = rows.mapValues { $0.sorted { Self.weight($0) > Self.weight($1) } }
        self.selectors = selectors
        everySelector = selectors.values.reduce(into: []) { $0.formUnion($1) }
    }

    private static func weight(_ row: S3OperationRow) -> Int {
        (row.header == nil ? 0 : 1) + (row.parameter == nil ? 0 : 1)
            + (row.query?.contains("=") == true ? 1 : 0)
    }

    /// The row of the request.
    func row(
        _ level: S3OperationRow.Level, _ method: HTTPMethod, query: S3Query, headers: HeaderFields
    ) throws(S3Error) -> S3OperationRow {
        let word = try selector(in: query, level)
        if word == nil, method == .put, let number = query["partNumber"] {
            throw .argument("partNumber", number, "A part number needs an upload id")
        }
        let candidates = rows[Place(level: level, method: method)] ?? []
        for row in candidates where matches(row, word, query, headers) {
            // Whoever names a version here would believe that it was read or replaced.
            if let version = query["versionId"], !row.takesVersion {
                throw .argument("versionId", version, "This operation does not accept a version-id.")
            }
            return row
        }
        if word == "list-type" {
            throw .argument("list-type", query["list-type"] ?? "", "Invalid List Type specified in Request")
        }
        throw S3Error(
            .methodNotAllowed,
            fields: [("Method", method.name), ("ResourceType", word ?? level.resourceType)])
    }

    private func matches(
        _ row: S3OperationRow, _ word: String?, _ query: S3Query, _ headers: HeaderFields
    ) -> Bool {
        guard row.selector.map(String.init) == word else { return false }
        if let wanted = row.query, let word, wanted.utf8.count > word.utf8.count,
            query[word] != String(wanted.dropFirst(word.count + 1))
        {
            return false
        }
        if let header = row.header, !headers.contains(header) { return false }
        if let parameter = row.parameter, !query.contains(parameter) { return false }
        return true
    }

    /// The one sub-resource that the query names.
    private func selector(in query: S3Query, _ level: S3OperationRow.Level) throws(S3Error) -> String? {
        var found: String?
        for (name, value) in query.items {
            if selectors[level]?.contains(name) == true {
                if let found, found != name {
                    throw S3Error(
                        .invalidArgument, "Conflicting query string parameters: \(found), \(name)",
                        fields: [("ArgumentName", "ResourceType"), ("ArgumentValue", name)])
                }
                found = name
            } else if everySelector.contains(name) {
                throw S3Error(.notImplemented, fields: [("ResourceType", name)])
            } else if (value ?? "").isEmpty, !Self.plainParameters.contains(name), !Self.isSigning(name) {
                throw S3Error(.notImplemented, fields: [("ResourceType", name)])
            }
        }
        return found
    }

    private static func isSigning(_ name: String) -> Bool {
        name.utf8.count > 6 && name.utf8.prefix(6).elementsEqual("x-amz-".utf8) { $0 | 0x20 == $1 | 0x20 }
    }
}

extension S3OperationRow.Level {
    /// AWS's word for it in errors.
    var resourceType: String {
        switch self {
        case .service: "SERVICE"
        case .bucket: "BUCKET"
        case .object: "OBJECT"
        }
    }
}
