import GRDB
import Objects

extension WriteTransaction {
    /// A content that is a list of slices of others, back to back; each slice counts its content once.
    func storeList(
        _ slices: [ContentSlice], references: Int64
    ) throws -> (ref: ContentRef, length: Int64) {
        let slices = slices.filter { $0.length != 0 }
        for slice in slices {
            let length = try retain(slice.content)
            guard slice.length > 0, slice.offset >= 0, slice.offset <= length,
                slice.length <= length - slice.offset
            else { throw StoreError.internalFault("a slice reaches beyond its content") }
        }
        return try storeOwnedList(slices, references: references)
    }

    /// The same for slices whose references the caller hands over: those of parts that go.
    ///
    /// - Parameter minimumDepth: how deep the list is said to be at least, so that other contents fit into it later.
    func storeOwnedList(
        _ owned: [ContentSlice], references: Int64, minimumDepth: Int = 0
    ) throws -> (ref: ContentRef, length: Int64) {
        guard !owned.isEmpty else { return (.empty, 0) }
        guard owned.count <= NewContent.maximumSlices else { throw StoreError.tooManyParts }
        var depths: [ContentRef: Int] = [:]
        var slices = owned
        var depth = try maximumDepth(of: slices, &depths)
        while depth >= NewContent.maximumDepth {
            slices = try flattened(slices, atLeast: depth, depths)
            depth = try maximumDepth(of: slices, &depths)
        }
        var length: Int64 = 0
        for slice in slices {
            let (sum, overflow) = length.addingReportingOverflow(slice.length)
            guard !overflow else {
                throw StoreError.internalFault("a content is longer than a number can say")
            }
            length = sum
        }
        let ref = try insertContent(
            length: length, depth: max(depth + 1, minimumDepth), isList: true, references: references)
        var position: Int64 = 0
        for slice in slices {
            try insertSlice(of: ref, at: position, slice)
            position += slice.length
        }
        return (ref, length)
    }

    func insertSlice(of ref: ContentRef, at position: Int64, _ slice: ContentSlice) throws {
        try db.run(
            "INSERT INTO content_slice (content, position, child, child_offset, length) VALUES (?, ?, ?, ?, ?)",
            [ref.rawValue, position, slice.content.rawValue, slice.offset, slice.length])
    }

    private func maximumDepth(of slices: [ContentSlice], _ known: inout [ContentRef: Int]) throws -> Int {
        var maximum = 0
        for slice in slices {
            let depth: Int
            if let found = known[slice.content] {
                depth = found
            } else {
                depth = try self.depth(of: slice.content)
                known[slice.content] = depth
            }
            maximum = max(maximum, depth)
        }
        return maximum
    }

    /// Puts the children of the deepest contents in their place, so that contents do not refer to each other
    /// deeper than `NewContent.maximumDepth`.
    private func flattened(
        _ slices: [ContentSlice], atLeast depth: Int, _ depths: [ContentRef: Int]
    ) throws -> [ContentSlice] {
        var flat: [ContentSlice] = []
        for slice in slices {
            guard depths[slice.content, default: 0] >= depth else {
                flat.append(slice)
                continue
            }
            let room = NewContent.maximumSlices - flat.count
            let children = try SliceRows.slices(
                of: slice.content, range: slice.offset..<slice.offset + slice.length, limit: room + 1, db)
            guard children.count <= room else { throw StoreError.tooManyParts }
            for child in children { try retain(child.content) }
            try release(slice.content)
            flat += children
        }
        return flat
    }
}
