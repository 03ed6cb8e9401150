import Testing

/// What several clients and the upkeep do to one store at the same time.
struct StoreRace: Sendable, CustomTestStringConvertible {
    var name: String
    /// Done before, in order.
    var setup: [Verb] = []
    /// Each does one verb after the other.
    var actors: [[Verb]]
    /// Interruptions, of one that could have gone on, with which all orders are tried.
    var interruptions = 1

    var testDescription: String { name }
}

extension StoreRace {
    static let all = [
        sharedContent, contentAtZero, hitAtZero, readAndFreed, twoCopies, readers, copying, ranges,
        completeOrAbort, oneKey,
        sharedTail, appending,
    ]

    static let sharedContent = StoreRace(
        name: "an upload of content that another deletes", setup: [.put("a", .single)],
        actors: [[.put("b", .single), .read("b")], [.delete("a")], [.sweep, .sweep]])

    static let contentAtZero = StoreRace(
        name: "uploads of content that the sweeper is about to free",
        setup: [.put("a", .single), .delete("a")],
        actors: [[.put("b", .single), .read("b")], [.put("c", .single), .delete("c")], [.sweep]])

    /// The look-up falls between the sweeper's rounds, the commit after its last.
    static let hitAtZero = StoreRace(
        name: "an upload and the sweeper", setup: [.put("a", .single), .delete("a")],
        actors: [[.put("b", .single)], [.sweep]], interruptions: 2)

    /// The reader has its page of places, or its open segments, when their bytes go.
    static let readAndFreed = StoreRace(
        name: "a reader and the sweeper", setup: [.put("a", .single), .put("b", .changedTail)],
        actors: [[.read("a"), .read("b")], [.delete("a"), .delete("b"), .sweep]], interruptions: 2)

    static let twoCopies = StoreRace(
        name: "the same new content twice",
        actors: [[.put("a", .single), .delete("a")], [.put("b", .single), .read("b")], [.sweep, .sweep]])

    static let readers = StoreRace(
        name: "readers of what is replaced and deleted", setup: [.put("a", .single)],
        actors: [[.read("a"), .read("a")], [.put("a", .otherSingle), .delete("a")], [.sweep, .sweep]])

    static let copying = StoreRace(
        name: "a copy of what is deleted", setup: [.put("a", .single)],
        actors: [[.copy("a", to: "b"), .read("b")], [.delete("a")], [.sweep, .sweep]])

    static let ranges = StoreRace(
        name: "writers of one range upload", setup: [.put("a", .inline)],
        actors: [
            [
                .range(upload: "r", "a", .assembled, 0..<70_000),
                .range(upload: "r", "a", .assembled, 140_000..<200_000),
            ],
            [
                .range(upload: "r", "a", .assembled, 60_000..<140_000),
                .range(upload: "r", "a", .assembled, 0..<70_000),
            ], [.read("a"), .sweep],
        ])

    static let completeOrAbort = StoreRace(
        name: "a completion against an abort",
        setup: [
            .create(upload: "m", "a", .otherSingle), .part(upload: "m", 1, .otherSingle.slice(0..<30_000)),
            .part(upload: "m", 2, .otherSingle.slice(30_000..<50_000)),
        ],
        actors: [[.complete(upload: "m"), .read("a")], [.abort(upload: "m")], [.sweep, .sweep]])

    static let oneKey = StoreRace(
        name: "writers of one key",
        actors: [[.put("a", .single), .read("a")], [.put("a", .otherSingle), .delete("a")], [.sweep]])

    /// Chunks that two objects have in common go and stay one by one.
    static let sharedTail = StoreRace(
        name: "objects that share some chunks", setup: [.put("a", .changedTail)],
        actors: [[.read("a"), .put("b", .large)], [.delete("a"), .read("b")], [.sweep, .sweep]])

    /// The list grows in place while it is read, copied and swept.
    static let appending = StoreRace(
        name: "appends to what is read and copied",
        setup: [.put("a", .assembled(900)), .append("a", upTo: .assembled(2_000))],
        actors: [
            [.append("a", upTo: .assembled(3_000)), .append("a", upTo: .assembled(4_000))],
            [.read("a"), .copy("a", to: "b"), .read("b")], [.sweep],
        ])

    /// Those with long bodies, and steps, have too many orders to try them all.
    static let short = all.filter { $0.name != sharedTail.name }
}
