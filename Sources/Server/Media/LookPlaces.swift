import Objects

/// Which contents are looked into, so many at once.
struct LookPlaces {
    /// Contents that are due and have no place.
    private(set) var waiting = 0
    private var taken: Set<ContentRef> = []
    /// Those of them whose look has ended, and which a list of due contents may still have.
    private var ended: Set<ContentRef> = []

    /// Before the due contents are asked for: what has ended until now is due no more, or again.
    mutating func makeRoom() {
        taken.subtract(ended)
        ended = []
    }

    /// Those of the due contents that are to be looked into now.
    mutating func take(_ due: [FactsJob], width: Int) -> [FactsJob] {
        let free = due.filter { !taken.contains($0.content) }
        let begun = Array(free.prefix(max(width - taken.count, 0)))
        waiting = free.count - begun.count
        taken.formUnion(begun.map(\.content))
        return begun
    }

    mutating func end(_ content: ContentRef) { ended.insert(content) }
}
