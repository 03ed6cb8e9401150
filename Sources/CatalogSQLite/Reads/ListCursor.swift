import Objects

/// The rules of a listing, apart from where the rows come from: where to begin, what to roll up, when to stop.
///
/// Rows are given to `take` in byte order of the key. When it answers `.seek`, reading goes on at `start`.
struct ListCursor {
    enum Advice {
        case entry, seek, full, end
    }

    private let prefix: [UInt8]
    private let delimiter: [UInt8]?
    private let limit: Int
    /// The first key that reading has to look at; nil when nothing can follow.
    private(set) var start: [UInt8]?
    /// Whether a key that equals `start` was given already.
    private(set) var excludesStart = false
    /// The first key beyond the prefix; nil when there is none.
    let end: [UInt8]?
    private(set) var commonPrefix: [UInt8] = []
    private var count = 0

    init(_ query: ListQuery) {
        prefix = query.prefix
        delimiter = query.delimiter.flatMap { $0.isEmpty ? nil : $0 }
        limit = query.limit
        end = KeyRange.successor(of: query.prefix)
        start = query.prefix
        guard let after = query.after, !after.lexicographicallyPrecedes(query.prefix) else { return }
        start = after
        excludesStart = true
        // A marker inside a common prefix is beyond it: it was given before the marker.
        if let delimiter, after.starts(with: prefix),
            let given = KeyRange.commonPrefix(after, prefix: prefix, delimiter: delimiter)
        {
            start = KeyRange.successor(of: given)
            excludesStart = false
        }
    }

    /// Begins at the key `after` itself: some of its versions are still to be given.
    mutating func includeStart() { excludesStart = false }

    /// Judges the next key. `.entry`: give it; `.seek`: give `commonPrefix`, then read on from `start`;
    /// `.full`: the page is full and this key is on the next one; `.end`: the key is beyond the listing.
    mutating func take(_ key: some RandomAccessCollection<UInt8>) -> Advice {
        guard key.starts(with: prefix) else { return .end }
        guard count < limit else { return .full }
        count += 1
        guard let delimiter, let common = KeyRange.commonPrefix(key, prefix: prefix, delimiter: delimiter)
        else {
            return .entry
        }
        commonPrefix = common
        start = KeyRange.successor(of: common)
        excludesStart = false
        return .seek
    }
}
