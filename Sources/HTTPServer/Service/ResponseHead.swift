import NIOCore

/// Writes the head of a response in one piece.
enum ResponseHead {
    enum Framing {
        case length(Int64)
        case chunked
        /// 1xx, 204 and 304 have none.
        case none
    }

    /// Fields that the server alone decides.
    private static let ownFields = [
        "content-length", "transfer-encoding", "connection", "date", "server", "keep-alive",
    ]

    /// Nil when a field could split the response: a name that is no token, a value with CR, LF or NUL.
    static func write(
        status: Int, fields: HeaderFields, framing: Framing, closes: Bool, isHTTP10: Bool, date: String,
        into buffer: inout ByteBuffer
    ) -> Bool {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(status))
        buffer.writeStaticString(" ")
        buffer.writeString(reason(status))
        buffer.writeStaticString("\r\nServer: Coffer\r\nDate: ")
        buffer.writeString(date)
        for (name, value) in fields {
            guard isToken(name), isFieldValue(value) else { return false }
            if ownFields.contains(where: { HeaderFields.sameName($0, name) }) { continue }
            buffer.writeStaticString("\r\n")
            buffer.writeString(name)
            buffer.writeStaticString(": ")
            buffer.writeString(value)
        }
        switch framing {
        case .length(let length):
            buffer.writeStaticString("\r\nContent-Length: ")
            buffer.writeString(String(length))
        case .chunked: buffer.writeStaticString("\r\nTransfer-Encoding: chunked")
        case .none: break
        }
        if closes {
            buffer.writeStaticString("\r\nConnection: close")
        } else if isHTTP10 {
            buffer.writeStaticString("\r\nConnection: keep-alive")
        }
        buffer.writeStaticString("\r\n\r\n")
        return true
    }

    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
                default: false
                }
            }
    }

    private static func isFieldValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }

    static func reason(_ status: Int) -> String {
        switch status {
        case 100: "Continue"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        case 507: "Insufficient Storage"
        default: "Status"
        }
    }
}
