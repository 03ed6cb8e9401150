import HTTPServer
import Objects

/// Cross-origin access: any page may use the door, for it takes no cookies and credentials are sent by hand, unless
/// the bucket has rules of its own: then those alone count.
enum CrossOrigin {
    static let methods = "GET, HEAD, PUT, DELETE, OPTIONS"

    private static let exposed =
        "ETag, Content-Range, Accept-Ranges, Content-Disposition, Location, Retry-After, Upload-Id, X-Request-Id"

    /// Longest Access-Control-Request-Headers that is answered word by word, bytes.
    private static let maximumRequestLength = 2048

    /// Request fields that a page may send, in lower case.
    private static let fields = [
        "accept-version", "authorization", "cache-control", "content-digest", "content-disposition",
        "content-encoding", "content-language", "content-md5", "content-range", "content-type", "expires",
        "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "range",
        "repr-digest", "upload-id",
    ]
    private static let families = ["x-amz-meta-", "x-amz-checksum-"]
    private static let fieldList = fields.joined(separator: ", ")

    /// On every answer, so that one that a cache holds serves pages and players alike.
    static func add(to headers: inout HeaderFields) {
        headers.add("Access-Control-Allow-Origin", "*")
        headers.add("Access-Control-Expose-Headers", exposed)
    }

    /// The answer to OPTIONS: a preflight or a plain question.
    static func preflight(_ request: HTTPRequest) -> HTTPResponse {
        var headers = HeaderFields()
        headers.add("Allow", methods)
        headers.add("Access-Control-Allow-Origin", "*")
        if request.headers.contains("access-control-request-method") {
            headers.add("Access-Control-Allow-Methods", methods)
            headers.add("Access-Control-Allow-Headers", allowed(request))
            headers.add("Access-Control-Max-Age", "7200")
            headers.add("Vary", "Access-Control-Request-Headers")
        }
        return HTTPResponse(status: 204, headers: headers)
    }

    /// The fixed list, and of the families what this page asks for.
    private static func allowed(_ request: HTTPRequest) -> String {
        guard let asked = request.headers[first: "access-control-request-headers"],
            asked.utf8.count <= maximumRequestLength
        else { return fieldList }
        var list = fieldList
        for name in asked.lowercased().split(separator: ",") {
            let name = name.filter { $0 != " " }
            let isKnown = families.contains(where: name.hasPrefix) && name.utf8.allSatisfy(isNameByte)
            if isKnown { list += ", " + name }
        }
        return list
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }
}

extension CrossOrigin {
    /// Names that one preflight may ask for.
    private static let maximumNames = 256
    private static let vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"

    /// The answer to OPTIONS where the bucket has rules. Throws when they let the page do nothing of the kind.
    static func preflight(_ request: HTTPRequest, _ cors: CORSConfiguration) throws(Refusal) -> HTTPResponse {
        guard request.headers.contains("origin"),
            let method = request.headers[first: "access-control-request-method"]
        else { return HTTPResponse(status: 204, headers: ["Allow": methods]) }
        guard let grant = grant(request, method, cors) else {
            throw .forbidden("The bucket's CORS rules do not permit this.")
        }
        var headers = HeaderFields()
        headers.add("Access-Control-Allow-Methods", grant.rule.methods.joined(separator: ", "))
        if !grant.headers.isEmpty {
            headers.add("Access-Control-Allow-Headers", grant.headers.joined(separator: ", "))
        }
        if let seconds = grant.rule.maximumAgeSeconds {
            headers.add("Access-Control-Max-Age", String(seconds))
        }
        return HTTPResponse(status: 204, headers: headers)
    }

    /// Puts what the bucket's rules grant in the place of what everybody is granted.
    static func replace(
        in headers: inout HeaderFields, by cors: CORSConfiguration, _ request: HTTPRequest
    ) {
        headers.remove("access-control-allow-origin")
        headers.remove("access-control-expose-headers")
        headers.add("Vary", vary)
        let asked = request.headers[first: "access-control-request-method"]
        let method = request.method == .options ? asked : request.method.name
        guard let method, let grant = grant(request, method, cors) else { return }
        headers.add("Access-Control-Allow-Origin", grant.origin)
        if !grant.rule.exposedHeaders.isEmpty {
            headers.add("Access-Control-Expose-Headers", grant.rule.exposedHeaders.joined(separator: ", "))
        }
        if grant.allowsCredentials { headers.add("Access-Control-Allow-Credentials", "true") }
    }

    private static func grant(
        _ request: HTTPRequest, _ method: String, _ cors: CORSConfiguration
    ) -> CORSConfiguration.Grant? {
        guard let origin = request.headers[first: "origin"] else { return nil }
        var names: [String] = []
        if request.method == .options, let asked = request.headers[first: "access-control-request-headers"] {
            names = asked.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
        }
        guard names.count <= maximumNames else { return nil }
        return cors.grant(origin: origin, method: method, headers: names)
    }
}
