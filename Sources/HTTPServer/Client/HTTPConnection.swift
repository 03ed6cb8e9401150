import Glibc

/// A small blocking HTTP/1.1 client: one connection, one request after the other.
package final class HTTPConnection {
    package enum Failure: Error, CustomStringConvertible {
        /// Nobody listens there.
        case cannotConnect(String)
        /// The connection ended in the middle.
        case broken(String)
        case malformed

        package var description: String {
            switch self {
            case .cannotConnect(let place): "cannot connect to \(place)"
            case .broken(let reason): "the connection broke: \(reason)"
            case .malformed: "the server's answer is not HTTP"
            }
        }
    }

    package struct Answer: Sendable {
        package var status: Int
        /// By name in lower case.
        package var headers: [String: String]
        package var body: [UInt8]
    }

    /// Bytes of an answer's head, and of its body.
    private static let maximumHead = 64 << 10
    private static let maximumBody = 64 << 20
    /// Seconds without a byte after which a connection is given up.
    private static let patience = 120

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    package init(unixSocket path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        let bytes = Array(path.utf8)
        guard bytes.count < capacity else {
            close(descriptor)
            throw Failure.cannotConnect(path)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let done = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard done == 0 else {
            close(descriptor)
            throw Failure.cannotConnect(path)
        }
    }

    package init(host: String, port: Int) throws {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { throw Failure.cannotConnect(host) }
        defer { freeaddrinfo(list) }
        var next = list
        while let candidate = next {
            let info = candidate.pointee
            let opened = socket(info.ai_family, info.ai_socktype, info.ai_protocol)
            if opened >= 0, connect(opened, info.ai_addr, info.ai_addrlen) == 0 {
                descriptor = opened
                Self.setPatience(opened)
                return
            }
            if opened >= 0 { close(opened) }
            next = info.ai_next
        }
        throw Failure.cannotConnect("\(host):\(port)")
    }

    deinit { close(descriptor) }

    private static func setPatience(_ descriptor: Int32) {
        var time = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Sends a request and waits for its answer.
    package func request(
        _ method: String, _ target: String, host: String, headers: [(String, String)], body: [UInt8]
    ) throws -> Answer {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        head += "\r\n"
        try send(Array(head.utf8))
        try send(body)
        return try receive()
    }

    private func send(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try send($0) }
    }

    private func send(_ bytes: UnsafeRawBufferPointer) throws {
        var sent = 0
        while sent < bytes.count {
            let count = Glibc.send(
                descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw Failure.broken(String(cString: strerror(errno)))
            }
            sent += count
        }
    }

    private func receive() throws -> Answer {
        while true {
            let head = try readHead()
            let lines = head.split(separator: "\r\n")
            let words = (lines.first ?? "").split(separator: " ")
            guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
                throw Failure.malformed
            }
            if (100..<200).contains(status) { continue }
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { throw Failure.malformed }
                headers[line[..<colon].lowercased()] = String(
                    line[line.index(after: colon)...].drop { $0 == " " })
            }
            return Answer(status: status, headers: headers, body: try readBody(status, headers))
        }
    }

    private func readHead() throws -> String {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = buffer.firstRange(of: end) {
                let head = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<range.upperBound)
                return head
            }
            guard buffer.count < Self.maximumHead, try fill() else { throw Failure.broken("no answer") }
        }
    }

    private func readBody(_ status: Int, _ headers: [String: String]) throws -> [UInt8] {
        if status == 204 || status == 304 { return [] }
        guard let text = headers["content-length"] else {
            while try fill() { guard buffer.count <= Self.maximumBody else { throw Failure.malformed } }
            defer { buffer = [] }
            return buffer
        }
        guard let length = Int(text), (0...Self.maximumBody).contains(length) else { throw Failure.malformed }
        while buffer.count < length {
            guard try fill() else { throw Failure.broken("the answer ended early") }
        }
        defer { buffer.removeFirst(length) }
        return Array(buffer[..<length])
    }

    /// False at the end of the stream.
    private func fill() throws -> Bool {
        var run = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(descriptor, &run, run.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure.broken(String(cString: strerror(errno))) }
            buffer += run[..<count]
            return count > 0
        }
    }
}
