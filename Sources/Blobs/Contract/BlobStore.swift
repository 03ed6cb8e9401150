package import NIOCore

/// Keeps immutable bytes in segments that are published whole.
///
/// All methods block on the disk, so they are called on `DiskPool` threads; `openIfCached` alone never
/// blocks. They throw `BlobError`.
package protocol BlobStore: Sendable {
    /// Begins a segment that nobody sees until it is published. Throws `.exists` for an id that is published.
    func stage(_ id: SegmentID) throws -> any Stage

    /// A published segment, shared with other readers. Throws `.missing`.
    func open(_ id: SegmentID) throws -> OpenSegment
    /// The same if it is open at this moment; never blocks.
    func openIfCached(_ id: SegmentID) -> OpenSegment?

    /// Exactly the bytes at `place`; throws `.missing` or `.truncated`. The digest is not checked.
    func read(_ place: Place) throws -> ByteBuffer

    /// Gives the disk blocks that lie wholly within `places` back to the file system, durably; neighbours
    /// given together are freed as one. Freed bytes read as zeros or as before. Idempotent; an unknown
    /// segment is success. Does nothing where `canPunchHoles` is false.
    func free(_ places: [Place]) throws
    /// Removes a segment, durably. Idempotent. Those who have it open can go on reading.
    func remove(_ id: SegmentID) throws

    /// Ids of published segments above `after`, ascending, at most `limit`. Each call looks at all
    /// segments, so those who walk the whole store take large pages.
    func list(after: SegmentID?, limit: Int) throws -> [SegmentID]
    /// The chunks a segment was published with, ascending by offset; throws `.missing` or `.corrupt`.
    func index(of id: SegmentID) throws -> [IndexEntry]
    /// Bytes of the whole segment with its index, and disk blocks of 512 bytes that it takes up.
    func size(of id: SegmentID) throws -> (logical: Int64, blocks: Int64)
    /// Bytes of disk that all published segments take up. Looks at every segment.
    func storedBytes() throws -> Int64

    /// Removes what earlier processes left unpublished; called before the first `stage`.
    func emptyStaging() throws

    /// Whether `free` gives anything back; if not, dead bytes go when their segment is removed.
    var canPunchHoles: Bool { get }
}
