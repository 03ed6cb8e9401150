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

    /// Whether the status and the fields can be sent.
    static func isWritable(_ response: HTTPResponse) -> Bool {
        guard (200...599).contains(response.status) else { return false }
        if let length = response.body.length, length < 0 { return false }
        return response.headers.isWritable
    }

    /// Status line, `Content-Length`, `Connection`, `Server`, `Date` and the empty line, at their longest.
    private static let ownBytes = 256

    /// A buffer that begins with status line and fields, and has room for `bodyCapacity` bytes behind them.
    ///
    /// The fields that frame the message are the server's own; what the handler set of them is left out.
    func makeHead(_ headers: HeaderFields, date: String, bodyCapacity: Int) -> ByteBuffer {
        var capacity = Self.ownBytes
        for (name, value) in headers.fields { capacity += name.utf8.count + value.utf8.count + 4 }
        var buffer = ByteBufferAllocator().buffer(capacity: capacity + bodyCapacity)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { space in
            var head = HeadBytes(space)
            write(headers, date, to: &head)
            return head.count
        }
        return buffer
    }

    private func write(_ headers: HeaderFields, _ date: String, to head: inout HeadBytes) {
        head.append("HTTP/1.1 ")
        head.append(Int64(status))
        head.append(" ")
        head.append(StatusText.phrase(status))
        head.append("\r\n")
        for (place, (name, value)) in headers.fields.enumerated() where !Self.isOurs(name) {
            head.append(name)
            head.append(": ")
            if headers.isLatin1(at: place) { head.append(latin1: value) } else { head.append(value) }
            head.append("\r\n")
        }
        if let contentLength {
            head.append("Content-Length: ")
            head.append(contentLength)
            head.append("\r\n")
        } else if framing == .chunked {
            head.append("Transfer-Encoding: chunked\r\n")
        }
        if !keepsAlive {
            head.append("Connection: close\r\n")
        } else if saysKeepAlive {
            head.append("Connection: keep-alive\r\n")
        }
        head.append("Server: Coffer\r\nDate: ")
        head.append(date)
        head.append("\r\n\r\n")
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
