/// Steps over the boxes of an ISO base media or QuickTime file (ISO/IEC 14496-12 section 4.2) without reading what
/// is in them, to find those that a reader needs: wherever the index lies, it is laid out.
struct BoxWalk {
    let source: ProbeSource

    /// Boxes of the outermost level that are stepped over; a fragmented film has two for each fragment.
    static let maximumBoxes = 4096
    /// Of the media data's beginning, where the first frames lie, bytes.
    private static let firstFrames: Int64 = 4 << 20
    private static let indexBoxes: Set<String> = ["ftyp", "moov", "moof", "meta", "sidx", "mfra", "pdin"]

    /// What to lay out, `limit` bytes at most, and whether that is all that the index has.
    func index(limit: Int64) async throws -> (ranges: [Range<Int64>], isWhole: Bool) {
        var found: [Range<Int64>] = []
        var rest = limit
        var position: Int64 = 0
        var hasFrames = false
        for _ in 0..<Self.maximumBoxes {
            guard let box = try await box(at: position) else { return (found, true) }
            var wanted = box.range
            if box.type == "mdat", !hasFrames {
                wanted = wanted.clamped(to: position..<(position + Self.firstFrames))
                hasFrames = true
            } else if !Self.indexBoxes.contains(box.type) {
                // Its head, which leads a reader to the next one.
                wanted = wanted.clamped(to: position..<(position + Self.headLength))
            }
            let size = wanted.upperBound - wanted.lowerBound
            guard size <= rest else { return (found, false) }
            rest -= size
            found.append(wanted)
            position = box.range.upperBound
        }
        return (found, false)
    }

    private static let headLength: Int64 = 16

    /// Nil at the end, and where the bytes are no box.
    private func box(at position: Int64) async throws -> (type: String, range: Range<Int64>)? {
        guard source.size - position >= Self.headLength else { return nil }
        let head = try await source.read(position..<(position + Self.headLength))
        guard head.count == Self.headLength else { return nil }
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
