/// Steps over the boxes of an ISO base media or QuickTime file (ISO/IEC 14496-12 section 4.2) without reading what
/// is in them, to find those that a reader needs: wherever the index lies, it is laid out.
struct BoxWalk {
    let source: ProbeSource

    /// Boxes of the outermost level that are stepped over. A fragmented film has two for each fragment; its first
    /// ones tell enough.
    static let maximumBoxes = 2048
    /// Of the media data's beginning, where the first frames lie, bytes.
    private static let firstFrames: Int64 = 4 << 20
    private static let indexBoxes: Set<String> = ["ftyp", "moov", "meta", "sidx", "mfra", "pdin"]

    /// What to lay out, `limit` bytes at most.
    mutating func index(limit: Int64) async throws -> [Range<Int64>] {
        var found: [Range<Int64>] = []
        var rest = limit
        var position: Int64 = 0
        for _ in 0..<Self.maximumBoxes {
            guard let box = try await box(at: position) else { break }
            var wanted =
                Self.indexBoxes.contains(box.type)
                ? box.range : box.range.lowerBound..<(box.range.lowerBound + 16)
            if box.type == "mdat" {
                wanted = box.range.clamped(to: position..<(position + Self.firstFrames))
            }
            let size = wanted.upperBound - wanted.lowerBound
            guard size <= rest else { break }
            rest -= size
            found.append(wanted)
            position = box.range.upperBound
        }
        return found
    }

    /// Nil at the end, and where the bytes are no box.
    private func box(at position: Int64) async throws -> (type: String, range: Range<Int64>)? {
        guard source.size - position >= 16 else { return nil }
        let head = try await source.read(position..<(position + 16))
        guard head.count == 16 else { return nil }
        var size = head[0..<4].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if size == 1 {
            size = head[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard size >= 16 else { return nil }
        } else if size == 0 {
            size = UInt64(source.size - position)
        }
        guard size >= 8, let length = Int64(exactly: size) else { return nil }
        // A box that goes beyond the end is the last one of a cut file.
        let end = length > source.size - position ? source.size : position + length
        return (String(decoding: head[4..<8], as: UTF8.self), position..<end)
    }
}
