import Foundation
import Glibc
import Server

/// A file to upload; it must not change meanwhile.
final class UploadSource: Sendable {
    let path: String
    let length: Int64
    private let descriptor: Int32
    private let modified: (Int, Int)

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            if descriptor >= 0 { close(descriptor) }
            throw AdminError("\(path) is no file that can be read")
        }
        length = Int64(status.st_size)
        modified = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }

    deinit { close(descriptor) }

    /// Names this state of this file: the same after a restart, another when the file has changed.
    var token: String {
        let name = URL(filePath: path).standardizedFileURL.path
        return "coffer-" + AdminTokens.digest("\(name)\n\(length)\n\(modified.0).\(modified.1)")
    }

    func read(_ range: Range<Int64>) throws -> Data {
        let count = Int(range.upperBound - range.lowerBound)
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            let read = bytes.withUnsafeMutableBytes { buffer in
                pread(
                    descriptor, buffer.baseAddress.map { $0 + got }, count - got,
                    off_t(range.lowerBound) + off_t(got))
            }
            if read < 0, errno == EINTR { continue }
            guard read > 0 else { throw AdminError("\(path) became shorter while it was uploaded") }
            got += read
        }
        return Data(bytes)
    }
}
