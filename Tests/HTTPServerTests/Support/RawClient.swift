import Glibc

/// A client that sends exactly the bytes it is told and sees exactly those that come; blocks its thread.
final class RawClient {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    struct Response {
        var status: Int
        var head: String
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        func field(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                    return String(parts[1].drop { $0 == " " })
                }
            }
            return nil
        }
    }

    enum Ending: Equatable {
        case closed
        case reset
    }

    private var descriptor: Int32
    private var received: [UInt8] = []
    /// How much of `received` was given out.
    private var taken = 0
    private var ending: Ending?

    /// `receiveBuffer` makes a client that takes little before the server must wait.
    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        // A server that does not answer fails the test and does not hang it.
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "connect: \(errno)") }
    }

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: \(errno)") }
            sent += count
        }
    }

    /// Sends as long as the server takes it at once; returns how many bytes it took.
    func sendUnlessBlocked(_ bytes: [UInt8], waiting milliseconds: Int32) -> Int {
        var sent = 0
        while sent < bytes.count {
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&ready, 1, milliseconds) > 0, ready.revents & Int16(POLLOUT) != 0 else { break }
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, min($0.count, 65536), flags)
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    func closeSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    func close() {
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// Closes with a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// False at the end of the connection.
    @discardableResult
    private func receiveMore() throws -> Bool {
        guard ending == nil else { return false }
        var space = [UInt8](repeating: 0, count: 65536)
        let count = space.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count > 0 {
            received += space[..<count]
            return true
        }
        if count == 0 {
            ending = .closed
        } else if errno == ECONNRESET {
            ending = .reset
        } else {
            throw Failure(
                description: "receive: \(errno), so far: \(String(decoding: received, as: UTF8.self))")
        }
        return false
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while received.count - taken < count {
            guard try receiveMore() else { throw Failure(description: "the connection ended early") }
        }
        let bytes = Array(received[taken..<taken + count])
        taken += count
        if taken > 1 << 20 || taken == received.count {
            received.removeFirst(taken)
            taken = 0
        }
        return bytes
    }

    /// Bytes up to and with the mark.
    func receive(through mark: String) throws -> String {
        while true {
            let end = received.withUnsafeBytes { Self.find(mark, in: $0, from: taken) }
            if let end { return String(decoding: try take(end), as: UTF8.self) }
            guard try receiveMore() else {
                throw Failure(
                    description: "ended before the mark, with: \(String(decoding: rest(), as: UTF8.self))")
            }
        }
    }

    /// How many bytes from `start` to the end of the mark.
    private static func find(_ mark: String, in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, let first = mark.utf8.first else { return nil }
        let length = mark.utf8.count
        var index = start
        while bytes.count - index >= length {
            guard let found = memchr(base + index, Int32(first), bytes.count - length + 1 - index) else {
                return nil
            }
            index = UnsafeRawPointer(found) - base
            if memcmp(base + index, mark, length) == 0 { return index - start + length }
            index += 1
        }
        return nil
    }

    private func rest() -> [UInt8] {
        defer {
            received = []
            taken = 0
        }
        return Array(received[taken...])
    }

    /// One response; with `isHead` none of the body that it speaks of.
    func response(isHead: Bool = false) throws -> Response {
        let head = try receive(through: "\r\n\r\n")
        let words = head.split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw Failure(description: "no status line: \(head)")
        }
        var response = Response(status: status, head: head, body: [])
        if isHead || status == 204 || status == 304 || status < 200 { return response }
        if let length = response.field("Content-Length").flatMap({ Int($0) }) {
            response.body = try take(length)
        } else if response.field("Transfer-Encoding") == "chunked" {
            while true {
                let line = try receive(through: "\r\n")
                guard let size = Int(line.dropLast(1), radix: 16) else {
                    throw Failure(description: "no chunk size: \(line)")
                }
                let chunk = try take(size + 2)
                if size == 0 { break }
                response.body += chunk.dropLast(2)
            }
        } else {
            while try receiveMore() {}
            response.body = rest()
        }
        return response
    }

    func exchange(_ text: String, isHead: Bool = false) throws -> Response {
        try send(text)
        return try response(isHead: isHead)
    }

    /// Everything up to the end of the connection, and how it ended.
    func end() throws -> (bytes: [UInt8], ending: Ending) {
        while try receiveMore() {}
        guard let ending else { throw Failure(description: "no end") }
        return (rest(), ending)
    }
}
