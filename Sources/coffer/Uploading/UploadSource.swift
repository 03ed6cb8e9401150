import Foundation
import Glibc
import Server

/// A file to upload; it must not change meanwhile.
final class UploadSource: Sendable {
    let path: String
    let length: Int64
    private let modified: (Int, Int)

    init(path: String) throws {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(path, R_OK) == 0 else {
            throw AdminError("\(path) is no file that can be read")
        }
        length = Int64(status.st_size)
        modified = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }

    /// Names this state of this file: the same after a restart, another when the file has changed.
    var token: String {
        let name = URL(filePath: path).standardizedFileURL.path
        return "coffer-" + AdminTokens.digest("\(name)\n\(length)\n\(modified.0).\(modified.1)")
    }

    func read(_ range: Range<Int64>) throws -> [UInt8] {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(range.lowerBound))
        let count = Int(range.upperBound - range.lowerBound)
        guard let bytes = try file.read(upToCount: count), bytes.count == count else {
            throw AdminError("\(path) became shorter while it was uploaded")
        }
        return Array(bytes)
    }
}
