extension FileSegments {
    package func free(_ places: [Place]) throws {
        guard canPunchHoles else { return }
        let bySegment = Dictionary(grouping: places, by: \.segment)
        for (id, places) in bySegment.sorted(by: { $0.key < $1.key }) {
            try mapping(id) { () throws(DiskFailure) in try free(Place.merged(places), of: id) }
        }
    }

    package func remove(_ id: SegmentID) throws {
        try mapping(id) { () throws(DiskFailure) in
            try disk.unlinkIfThere(path(of: id))
            forget(id)
            // Also when the file was gone: an earlier attempt may have failed here.
            try disk.syncDirectoryIfThere(folder(of: id))
        }
    }

    private func free(_ ranges: [Range<Int64>], of id: SegmentID) throws(DiskFailure) {
        guard let file = try disk.openIfThere(path(of: id), forWriting: true) else { return }
        let status = try file.status()
        var isChanged = false
        for range in ranges {
            guard let whole = range.clamped(to: 0..<status.size).inward(to: status.blockSize) else {
                continue
            }
            do throws(DiskFailure) {
                try file.punch(offset: whole.lowerBound, length: whole.upperBound - whole.lowerBound)
                isChanged = true
            } catch {
                guard error.saysPunchingIsImpossible else { throw error }
                return
            }
        }
        if isChanged { try file.sync() }
    }
}

extension Place {
    /// The bytes of places in one segment, ascending; those that touch or overlap as one.
    static func merged(_ places: [Place]) -> [Range<Int64>] {
        var ranges: [Range<Int64>] = []
        for place in places.sorted() {
            guard place.length > 0, place.offset >= 0, place.offset <= .max - Int64(place.length) else {
                continue
            }
            if let last = ranges.last, place.offset <= last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, place.end)
            } else {
                ranges.append(place.offset..<place.end)
            }
        }
        return ranges
    }
}

extension Range<Int64> {
    /// The whole blocks within; nil when there is none.
    func inward(to blockSize: Int64) -> Range<Int64>? {
        let size = blockSize > 0 ? blockSize : 4096
        let (lower, upper) = ((lowerBound + size - 1) / size * size, upperBound / size * size)
        return lower < upper ? lower..<upper : nil
    }
}
