import Foundation
import Glibc
import Server

/// A file to upload; it must not change meanwhile.
final class UploadSource: Sendable {
    let path: String
    let length: Int64
    private let state: State

    /// What tells one state of a file from another.
    private struct State: Equatable {
        var length: Int64
        var seconds: Int
        var nanoseconds: Int
        var isFile: Bool

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            length = Int64(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
            isFile = status.st_mode & S_IFMT == S_IFREG
        }
    }

    init(path: String) throws {
        self.path = path
        guard let state = State(path), state.isFile, access(path, R_OK) == 0 else {
            throw AdminError("\(path) is no file that can be read")
        }
        self.state = state
        length = state.length
    }

    /// Names this state of this file: the same after a restart, another when the file has changed.
    var token: String {
        let name = URL(filePath: path).standardizedFileURL.path
        return "coffer-" + AdminTokens.digest("\(name)\n\(length)\n\(state.seconds).\(state.nanoseconds)")
    }

    /// Throws when the file is another than when the upload began.
    func checkUnchanged() throws {
        guard State(path) == state else { throw AdminError("\(path) changed while it was uploaded") }
    }

    /// Blocks.
    func read(_ range: Range<Int64>) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw AdminError("\(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Int(range.upperBound - range.lowerBound))
        guard lseek(file, off_t(range.lowerBound), SEEK_SET) == off_t(range.lowerBound) else {
            throw AdminError("\(path): \(String(cString: strerror(errno)))")
        }
        var done = 0
        while done < bytes.count {
            var run = [UInt8](repeating: 0, count: min(1 << 20, bytes.count - done))
            let count = Glibc.read(file, &run, run.count)
            guard count > 0 else { throw AdminError("\(path) became shorter while it was uploaded") }
            bytes.replaceSubrange(done..<(done + count), with: run[..<count])
            done += count
        }
        return bytes
    }
}
