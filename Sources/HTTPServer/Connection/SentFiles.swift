import Glibc
import NIOCore

/// The files of one batch of a response on their way to the socket.
///
/// `FileRegion` and `NIOFileHandle` are NIO's only way to `sendfile`, and out of favour because the handle is
/// easily misused: all use of them is in this file. A handle belongs to one write, so several connections can
/// send the same descriptor; the descriptor itself stays with the owner of the extent.
struct SentFiles {
    /// Bytes of one `sendfile`: a long one keeps the loop from its other connections.
    private static let maximumRun = 2 << 20

    private var sent: [(handle: NIOFileHandle, owner: any AnyObject & Sendable)] = []

    var isEmpty: Bool { sent.isEmpty }

    /// What to write for an extent, in order; nil when the file is shorter than the extent says, because `sendfile`
    /// would wait for the missing bytes for ever.
    mutating func add(_ extent: FileExtent) -> [IOData]? {
        var status = stat()
        guard extent.offset >= 0, extent.length >= 0, fstat(extent.descriptor, &status) == 0 else {
            return nil
        }
        let (end, overflow) = extent.offset.addingReportingOverflow(Int64(extent.length))
        guard !overflow, end <= Int64(status.st_size) else { return nil }
        let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: extent.descriptor)
        sent.append((handle, extent.owner))
        let start = Int(extent.offset)
        return stride(from: start, to: start + extent.length, by: Self.maximumRun).map { place in
            .fileRegion(
                FileRegion(
                    fileHandle: handle, readerIndex: place,
                    endIndex: min(place + Self.maximumRun, start + extent.length)))
        }
    }

    /// Gives the descriptors back and lets their owners go; call when every write has ended, well or not.
    mutating func release() {
        for (handle, _) in sent { _ = try? handle.takeDescriptorOwnership() }
        sent.removeAll()
    }

    /// Appends a short extent to a buffer; false when the file ends early or cannot be read.
    ///
    /// Saves a system call and a packet over `sendfile`, and a page that is not in memory costs the same wait.
    static func read(_ extent: FileExtent, into buffer: inout ByteBuffer) -> Bool {
        var done = 0
        while done < extent.length {
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: extent.length - done) {
                space in
                max(
                    0,
                    pread(
                        extent.descriptor, space.baseAddress, extent.length - done,
                        off_t(extent.offset) + done))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
