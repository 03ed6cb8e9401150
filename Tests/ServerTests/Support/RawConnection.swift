import Glibc

/// A connection over which a test sends a request piece by piece; blocks its thread.
final class RawConnection: Sendable {
    struct Failure: Error {
        var errno: Int32
    }

    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // A server that does not answer fails the test and does not hang it.
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(errno: errno) }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let rest = Array(bytes[sent...])
            let count = Glibc.send(descriptor, rest, rest.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { throw Failure(errno: errno) }
            sent += count
        }
    }

    /// At least one byte, and what came with it; empty at the end.
    func receive() throws -> [UInt8] {
        var run = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &run, run.count, 0)
        guard count >= 0 else { throw Failure(errno: errno) }
        return Array(run.prefix(count))
    }

    /// Everything until the server closes.
    func rest() throws -> String {
        var all: [UInt8] = []
        while true {
            let run = try receive()
            if run.isEmpty { return String(decoding: all, as: UTF8.self) }
            all += run
        }
    }
}
