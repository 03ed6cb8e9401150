import NIOCore

/// How a response goes to the wire: decided from the response and the request, before a byte is written.
struct ResponsePlan {
    enum Framing: Equatable {
        /// No body follows, whatever the fields say (HEAD, 204, 304).
        case none
        case length(Int64)
        case chunked
        /// For HTTP/1.0 clients, who know no chunks: the body ends with the connection.
        case untilClose
    }

    let status: Int
    let framing: Framing
    /// Content-Length to write; nil writes none.
    let contentLength: Int64?
    let keepsAlive: Bool
    /// A persistent connection with HTTP/1.0 has to be said aloud.
    let saysKeepAlive: Bool

    init(_ response: HTTPResponse, to request: RequestFacts, mayKeepAlive: Bool) {
        status = response.status
        let length = response.body.length
        let lacksBody = request.isHead || status == 204 || status == 304
        if lacksBody {
            framing = .none
            contentLength = status == 204 || status == 304 ? nil : response.headLength ?? length
        } else if let length {
            framing = .length(length)
            contentLength = length
        } else {
            framing = request.minorVersion == 0 ? .untilClose : .chunked
            contentLength = nil
        }
        keepsAlive = mayKeepAlive && !response.closeConnection && framing != .untilClose
        saysKeepAlive = request.minorVersion == 0
    }

    /// Whether the status and the fields can be sent: nothing in them may end a line or the head early.
    static func isWritable(_ response: HTTPResponse) -> Bool {
        guard (200...599).contains(response.status) else { return false }
        if let length = response.body.length, length < 0 { return false }
        for (name, value) in response.headers {
            guard !name.isEmpty, name.utf8.allSatisfy({ ByteClass.token.contains($0) }),
                value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
            else { return false }
        }
        return true
    }

    /// Writes status line and fields; the fields that frame the message are the server's own.
    func writeHead(_ headers: HeaderFields, date: String, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("HTTP/1.1 ")
        StatusText.write(status, to: &buffer)
        for (name, value) in headers where !Self.isOurs(name) {
            buffer.writeString(name)
            buffer.writeStaticString(": ")
            buffer.writeString(value)
            buffer.writeStaticString("\r\n")
        }
        if let contentLength {
            buffer.writeStaticString("Content-Length: ")
            buffer.writeDecimal(contentLength)
            buffer.writeStaticString("\r\n")
        } else if framing == .chunked {
            buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
        }
        if !keepsAlive {
            buffer.writeStaticString("Connection: close\r\n")
        } else if saysKeepAlive {
            buffer.writeStaticString("Connection: keep-alive\r\n")
        }
        buffer.writeStaticString("Server: Coffer\r\nDate: ")
        buffer.writeString(date)
        buffer.writeStaticString("\r\n\r\n")
    }

    private static func isOurs(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: HeaderFields.sameName(name, "date")
        case 6: HeaderFields.sameName(name, "server")
        case 7: HeaderFields.sameName(name, "upgrade") || HeaderFields.sameName(name, "trailer")
        case 10: HeaderFields.sameName(name, "connection") || HeaderFields.sameName(name, "keep-alive")
        case 14: HeaderFields.sameName(name, "content-length")
        case 17: HeaderFields.sameName(name, "transfer-encoding")
        default: false
        }
    }
}

/// What of a request its response depends on.
struct RequestFacts: Equatable {
    var isHead: Bool
    var minorVersion: Int
}

extension ByteBuffer {
    /// Appends a number that is not negative in decimal digits, without a string in between.
    mutating func writeDecimal(_ number: Int64) {
        var divisor: Int64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            writeInteger(UInt8(0x30 + number / divisor % 10))
            divisor /= 10
        }
    }
}
