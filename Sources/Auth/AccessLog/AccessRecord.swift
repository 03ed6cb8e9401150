package import HTTPServer
package import Objects

/// One request as a bucket's access log tells it.
///
/// Source: AWS, "Amazon S3 server access log format".
package struct AccessRecord: Sendable {
    package var bucket: Bucket
    package var request: HTTPRequest
    /// `REST.GET.OBJECT` and the like.
    package var operation: String
    package var key: [UInt8]?
    package var principal: Principal?
    package var form: SignatureForm?
    package var status: Int
    /// S3's name of what went wrong.
    package var errorCode: String?
    /// Bytes of the answer's body; nil when there were none, or not all of them went out.
    package var sentBytes: Int64?
    /// Bytes.
    package var objectSize: Int64?
    package var versionID: String?
    package var hostID: String?
    /// Milliseconds from the request's head to the first byte of the answer, and to the last.
    package var turnAround: Int64
    package var total: Int64

    package init(
        bucket: Bucket, request: HTTPRequest, operation: String, key: [UInt8]? = nil,
        principal: Principal? = nil, form: SignatureForm? = nil, response: HTTPResponse,
        errorCode: String? = nil, hostID: String? = nil
    ) {
        self.bucket = bucket
        self.request = request
        self.operation = operation
        self.key = key
        self.principal = principal
        self.form = form
        status = response.status
        self.errorCode = errorCode
        objectSize = Self.objectSize(request, response)
        versionID = response.headers[first: "x-amz-version-id"]
        self.hostID = hostID
        turnAround = max(wallClockMilliseconds() - request.receivedAt, 0)
        total = turnAround
    }

    /// From the answer's range or length, or, of a write that succeeded, from the body's.
    private static func objectSize(_ request: HTTPRequest, _ response: HTTPResponse) -> Int64? {
        guard (200..<300).contains(response.status) else { return nil }
        switch request.method {
        case .get, .head:
            if let range = response.headers[first: "content-range"], let slash = range.lastIndex(of: "/") {
                return Int64(range[range.index(after: slash)...])
            }
            return response.headLength ?? response.body.length
        case .put, .post:
            let headers = request.headers
            return (headers[first: "x-amz-decoded-content-length"] ?? headers[first: "content-length"])
                .flatMap { Int64($0) }
        default: return nil
        }
    }

    /// The line, with its end.
    package var line: [UInt8] {
        var line = AccessRecordLine()
        line.word(bucket.project.string)
        line.word(bucket.name.string)
        line.time(request.receivedAt / 1000)
        line.word(request.remoteAddress)
        line.word(principal?.credential.map { $0.actor?.arn ?? $0.project.string })
        line.word(request.id)
        line.word(operation)
        line.word(key.map { percentEncode($0, keepingSlash: true) })
        line.quoted("\(request.method.name) \(Self.withoutSecrets(request.target)) HTTP/1.1")
        line.word(String(status))
        line.word(errorCode)
        line.number(sentBytes.flatMap { $0 == 0 ? nil : $0 })
        line.number(objectSize)
        line.number(total)
        line.number(turnAround)
        line.quoted(request.headers[first: "referer"])
        line.quoted(request.headers[first: "user-agent"])
        line.word(versionID)
        line.word(hostID)
        line.word(
            form.map { $0.version == .two ? "SigV2" : "SigV4" })
        // The cipher: connections come from a proxy, or are plain.
        line.word(nil)
        line.word(form.map { $0.place == .query ? "QueryString" : "AuthHeader" })
        line.word(request.host)
        line.word(nil)
        // The ARN of an access point, of which there are none here, and whether a list decided.
        line.word(nil)
        line.word(nil)
        return line.finished
    }

    /// What opens something must not stand in a file that others read.
    private static let secrets = [
        "x-amz-signature=", "signature=", "x-amz-security-token=",
    ]

    static func withoutSecrets(_ target: String) -> String {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return target }
        let fields = target[target.index(after: mark)...].split(
            separator: "&", omittingEmptySubsequences: false)
        let kept = fields.map { field -> Substring in
            let isSecret = secrets.contains { field.lowercased().hasPrefix($0) }
            guard isSecret, let equals = field.firstIndex(of: "=") else { return field }
            return field[...equals] + "..."
        }
        return target[...mark] + kept.joined(separator: "&")
    }
}

/// Fields behind each other with a space between; `-` for what is not known.
private struct AccessRecordLine {
    private var bytes: [UInt8] = []

    mutating func word(_ text: String?) {
        guard let text, !text.isEmpty else { return add("-") }
        add(Self.printable(text))
    }

    mutating func number(_ number: Int64?) { word(number.map { String($0) }) }

    mutating func quoted(_ text: String?) {
        guard let text, !text.isEmpty else { return add("\"-\"") }
        add("\"\(Self.printable(text, spaces: true))\"")
    }

    /// `[06/Feb/2019:00:00:38 +0000]`
    mutating func time(_ seconds: Int64) { add("[\(HTTPDate.logForm(seconds))]") }

    var finished: [UInt8] { bytes + [0x0A] }

    private mutating func add(_ text: some StringProtocol) {
        if !bytes.isEmpty { bytes.append(0x20) }
        bytes.append(contentsOf: text.utf8)
    }

    /// A client's text must not end a field or a line.
    private static func printable(_ text: String, spaces: Bool = false) -> String {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x7F || spaces && $0 == 0x20 }
        if isPlain { return text }
        return text.utf8.reduce(into: "") { result, byte in
            if byte > 0x20, byte < 0x7F, byte != 0x22 {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else if byte == 0x20, spaces {
                result += " "
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
