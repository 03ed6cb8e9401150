internal import Glibc

extension FileSegments {
    package func list(after: SegmentID?, limit: Int) throws -> [SegmentID] {
        guard limit > 0 else { return [] }
        var found: [SegmentID] = []
        try mapping(nil) { () throws(DiskFailure) in
            try forEachSegment { id in
                guard after.map({ $0 < id }) ?? true else { return }
                found.append(id)
                // Keeps memory to two pages, and sorts once a page.
                if found.count / 2 >= limit { found.keepSmallest(limit) }
            }
        }
        found.keepSmallest(limit)
        return found
    }

    package func index(of id: SegmentID) throws -> [IndexEntry] {
        let file = try mapping(id) { () throws(DiskFailure) in
            try disk.open(path(of: id), forWriting: false)
        }
        let size = try mapping(id) { () throws(DiskFailure) in try file.status().size }
        let trailer = try SegmentIndex.Trailer(
            tail(of: file, id, count: SegmentIndex.trailerLength, size: size), fileLength: size)
        return try SegmentIndex(tail(of: file, id, count: trailer.indexLength, size: size), trailer).entries
    }

    package func size(of id: SegmentID) throws -> (logical: Int64, blocks: Int64) {
        let status = try mapping(id) { () throws(DiskFailure) in try disk.status(path(of: id)) }
        return (status.size, status.blocks)
    }

    package func storedBytes() throws -> Int64 {
        var blocks: Int64 = 0
        try mapping(nil) { () throws(DiskFailure) in
            var failure: DiskFailure?
            try forEachSegment { id in
                do throws(DiskFailure) {
                    blocks += try disk.status(path(of: id)).blocks
                } catch {
                    // One that was removed just now takes no room.
                    if error.errno != ENOENT { failure = error }
                }
            }
            if let failure { throw failure }
        }
        return blocks * 512
    }

    private func forEachSegment(_ body: (SegmentID) -> Void) throws(DiskFailure) {
        var folders: [String] = []
        try disk.list(segmentsPath) { folders.append($0) }
        for folder in folders where folder.utf8.count == 2 {
            try disk.list(segmentsPath + "/" + folder) { name in
                // Files that do not belong here are nobody's segments.
                guard let id = SegmentID(fileName: name), id.folderName == folder else { return }
                body(id)
            }
        }
    }

    /// The last `count` bytes, or what there is.
    private func tail(
        of file: any DiskFile, _ id: SegmentID, count: Int, size: Int64
    ) throws(BlobError) -> [UInt8] {
        let count = min(Int64(count), size)
        return try mapping(id) { () throws(DiskFailure) in
            try file.read(count: Int(count), at: size - count)
        }
    }
}

extension [SegmentID] {
    fileprivate mutating func keepSmallest(_ limit: Int) {
        sort()
        if count > limit { removeLast(count - limit) }
    }
}
