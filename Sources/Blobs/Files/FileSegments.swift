package import NIOCore
internal import Synchronization

/// Segments as files: `segments/xx/<id>` once published, `staging/<id>` before.
///
/// A segment is published in this order: its bytes and its index are synced, the file is renamed into its
/// folder, the folder is synced. So a name below `segments` that survives a crash has all its bytes.
package final class FileSegments: BlobStore {
    let disk: any Disk
    let segmentsPath: String
    let stagingPath: String
    private let cache: OpenSegmentCache
    /// Folders below `segments` whose own names are durable.
    private let durableFolders: Mutex<Set<String>>
    package let canPunchHoles: Bool

    /// Files kept open for readers unless told otherwise.
    package static let defaultOpenLimit = 1024

    /// Makes the folders below `directory`, which exists, when they are missing. One process at a time.
    ///
    /// - Parameter openLimit: files kept open for readers, apart from those being read.
    package init(
        directory: String, disk: any Disk = POSIXDisk(), openLimit: Int = FileSegments.defaultOpenLimit
    ) throws {
        self.disk = disk
        segmentsPath = directory + "/segments"
        stagingPath = directory + "/staging"
        cache = OpenSegmentCache(limit: openLimit)
        do throws(DiskFailure) {
            try disk.makeDirectoryIfMissing(segmentsPath)
            try disk.makeDirectoryIfMissing(stagingPath)
            try disk.syncDirectory(directory)
            // An earlier process may have died between making a folder and syncing its name.
            var folders: Set<String> = []
            try disk.list(segmentsPath) { folders.insert($0) }
            try disk.syncDirectory(segmentsPath)
            durableFolders = Mutex(folders)
            canPunchHoles = disk.canPunchHoles(in: stagingPath)
        } catch {
            throw BlobError(error)
        }
    }

    package func stage(_ id: SegmentID) throws -> any Stage {
        // Ids are unique, unless an old catalog was put back beside newer segments: those must not be replaced.
        guard try mapping(id, { () throws(DiskFailure) in try !disk.exists(path(of: id)) }) else {
            throw BlobError.exists(id)
        }
        let stagePath = stagingPath + "/" + id.fileName
        let file = try mapping(id) { () throws(DiskFailure) in try disk.create(stagePath) }
        return FileStage(id, file, path: stagePath, store: self)
    }

    package func open(_ id: SegmentID) throws -> OpenSegment {
        try cache.find(id) { () throws(BlobError) in
            try mapping(id) { () throws(DiskFailure) in
                OpenSegment(id: id, file: try disk.open(path(of: id), forWriting: false))
            }
        }
    }

    package func openIfCached(_ id: SegmentID) -> OpenSegment? {
        cache.find(id)
    }

    package func read(_ place: Place) throws -> ByteBuffer {
        try open(place.segment).read(offset: place.offset, length: place.length)
    }

    package func emptyStaging() throws {
        try mapping(nil) { () throws(DiskFailure) in
            var names: [String] = []
            try disk.list(stagingPath) { names.append($0) }
            for name in names where SegmentID(fileName: name) != nil {
                try disk.unlinkIfThere(stagingPath + "/" + name)
            }
        }
    }

    /// Makes the folder of a segment and its name durable, when it is the first one there.
    func makeDurableFolder(of id: SegmentID) throws(DiskFailure) {
        let name = id.folderName
        guard !durableFolders.withLock({ $0.contains(name) }) else { return }
        try disk.makeDirectoryIfMissing(folder(of: id))
        // Also when another thread has just made the folder: it may not have come to this yet.
        try disk.syncDirectory(segmentsPath)
        _ = durableFolders.withLock { $0.insert(name) }
    }

    /// Lets go of a segment whose name is gone.
    func forget(_ id: SegmentID) {
        cache.remove(id)
    }

    func path(of id: SegmentID) -> String {
        folder(of: id) + "/" + id.fileName
    }

    func folder(of id: SegmentID) -> String {
        segmentsPath + "/" + id.folderName
    }

    /// Runs file operations on behalf of a segment and says what their failure means for it.
    func mapping<Result>(
        _ id: SegmentID?, _ body: () throws(DiskFailure) -> Result
    ) throws(BlobError) -> Result {
        do {
            return try body()
        } catch {
            throw BlobError(error, segment: id)
        }
    }
}
