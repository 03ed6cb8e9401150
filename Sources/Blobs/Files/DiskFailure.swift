internal import Glibc

/// A file operation that the system refused.
package struct DiskFailure: Error, Hashable, Sendable {
    package var operation: Operation
    package var errno: Int32

    package enum Operation: String, Hashable, Sendable, CaseIterable {
        case create, open, rename, unlink, makeDirectory, syncDirectory, list, status
        case write, read, truncate, sync, punch
    }

    package init(_ operation: Operation, errno: Int32) {
        self.operation = operation
        self.errno = errno
    }
}

extension BlobError {
    /// What a failed file operation means for a segment.
    init(_ failure: DiskFailure, segment: SegmentID? = nil) {
        switch (failure.operation, failure.errno) {
        case (_, ENOSPC), (_, EDQUOT):
            self = .noSpace
        case (.sync, let errno), (.syncDirectory, let errno):
            self = .syncFailed(errno: errno)
        case (.open, ENOENT), (.status, ENOENT):
            if let segment {
                self = .missing(segment)
            } else {
                fallthrough
            }
        default:
            self = .io(operation: failure.operation.rawValue, errno: failure.errno)
        }
    }
}
