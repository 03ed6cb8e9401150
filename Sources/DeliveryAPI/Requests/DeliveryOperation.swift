import HTTPServer

/// What a request wants of the file at its URL; decided by method, query and Content-Range alone.
enum DeliveryOperation: Equatable, Sendable {
    case read
    case put
    /// A range of an upload's body: first and last byte as the header says them, and the whole's length.
    case putRange(first: Int64, last: Int64, total: Int64)
    /// What has arrived of an upload: of this length, or of any.
    case uploadStatus(total: Int64?)
    case cancelUpload(total: Int64?)
    case delete

    init(_ request: HTTPRequest, _ query: DeliveryQuery) throws(Refusal) {
        switch request.method {
        case .get, .head:
            self = query.isAboutUpload ? .uploadStatus(total: query.total) : .read
        case .put:
            try Self.checkWrite(query)
            guard !query.isAboutUpload else { throw .invalid("The parameter upload is for GET and DELETE.") }
            self = try Self.put(request)
        case .delete:
            try Self.checkWrite(query)
            self = query.isAboutUpload ? .cancelUpload(total: query.total) : .delete
        case .post, .patch, .options, .other:
            throw .methodNotAllowed
        }
    }

    var isWrite: Bool {
        switch self {
        case .read, .uploadStatus: false
        case .put, .putRange, .cancelUpload, .delete: true
        }
    }

    /// As metrics call it.
    var name: String {
        switch self {
        case .read: "read"
        case .put: "put"
        case .putRange: "put_range"
        case .uploadStatus: "upload_status"
        case .cancelUpload: "cancel_upload"
        case .delete: "delete"
        }
    }

    /// A write with a parameter that is not known here was meant for another kind of server, or is mistyped: it
    /// must not replace or remove the file. Links are judged with their signature.
    private static func checkWrite(_ query: DeliveryQuery) throws(Refusal) {
        if let unknown = query.unknown, !query.isSigned {
            throw .invalid("The parameter \(unknown) is not known.")
        }
    }

    private static func put(_ request: HTTPRequest) throws(Refusal) -> DeliveryOperation {
        let fields = request.headers.values("content-range")
        guard let field = fields.first else { return .put }
        // RFC 9110 section 14.5: a Content-Range that is not understood must not turn into a full PUT, which would
        // replace the file by a piece of it.
        guard fields.count == 1, let range = parseContentRange(field) else {
            throw .invalid("The Content-Range is not of the form 'bytes first-last/total'.")
        }
        switch range {
        case .bytes(let first, let last, let total):
            return .putRange(first: first, last: last, total: total)
        case .status(let total):
            return .uploadStatus(total: total)
        }
    }
}
