/// The file operations that `FileSegments` needs, so that tests can give it a disk that forgets and fails.
///
/// Paths are absolute or relative to the working directory. All operations block.
package protocol Disk: Sendable {
    /// A new file for reading and writing; EEXIST when the name is taken.
    func create(_ path: String) throws(DiskFailure) -> any DiskFile
    func open(_ path: String, forWriting: Bool) throws(DiskFailure) -> any DiskFile
    /// Gives a file a new name in one step; a file of that name is replaced.
    func rename(_ path: String, to newPath: String) throws(DiskFailure)
    func unlink(_ path: String) throws(DiskFailure)
    func makeDirectory(_ path: String) throws(DiskFailure)
    /// Makes the entries of a directory durable.
    func syncDirectory(_ path: String) throws(DiskFailure)
    /// Calls `entry` with every name in a directory, in any order, without `.` and `..`.
    func list(_ path: String, _ entry: (String) -> Void) throws(DiskFailure)
    func status(_ path: String) throws(DiskFailure) -> FileStatus
}

/// An open file; closed when the last reference goes.
package protocol DiskFile: AnyObject, Sendable {
    var descriptor: Int32 { get }
    /// Writes all of `bytes`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(DiskFailure)
    /// Fills `memory` as far as the file goes; returns the number of bytes.
    func read(into memory: UnsafeMutableRawBufferPointer, at offset: Int64) throws(DiskFailure) -> Int
    func truncate(to length: Int64) throws(DiskFailure)
    /// Asks for the range to be written to the disk soon; a hint without a result.
    func startWriteBack(offset: Int64, length: Int64)
    /// Makes contents and size durable. After a failure the contents must be taken for lost.
    func sync() throws(DiskFailure)
    /// Frees the range, which then reads as zeros; EOPNOTSUPP where the file system cannot.
    func punch(offset: Int64, length: Int64) throws(DiskFailure)
    func status() throws(DiskFailure) -> FileStatus
}

package struct FileStatus: Hashable, Sendable {
    /// Bytes.
    package var size: Int64
    /// Disk blocks of 512 bytes.
    package var blocks: Int64
    /// Bytes that the file system allocates as one.
    package var blockSize: Int64

    package init(size: Int64, blocks: Int64, blockSize: Int64) {
        self.size = size
        self.blocks = blocks
        self.blockSize = blockSize
    }
}
