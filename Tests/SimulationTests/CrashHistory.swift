import Objects
import Testing

/// A script of a client and of the upkeep, one verb after the other.
struct CrashHistory: Sendable, CustomTestStringConvertible {
    var name: String
    var verbs: [Verb]

    var testDescription: String { name }
}

extension CrashHistory {
    static let all = [
        puts, comingBack, ranges, changedFile, announced, multipart, copies, appends, settings,
    ]

    /// Small, single-chunk and large bodies, replaced and deduplicated, chunks shared in part.
    static let puts = CrashHistory(
        name: "puts, overwriting, deduplication, deletes",
        verbs: [
            .put("a", .inline), .put("b", .large), .put("c", .largeAgain), .put("a", .otherInline),
            .put("b", .changedTail), .put("a", .single), .delete("c"), .sweep, .put("c", .inline),
            .delete("b"), .sweep,
        ])

    /// What nothing refers to any more is put again, before the sweeper takes it and after.
    static let comingBack = CrashHistory(
        name: "content that comes back",
        verbs: [
            .put("a", .changedTail), .put("b", .single), .delete("a"), .delete("b"), .put("c", .largeAgain),
            .put("d", .single), .sweep, .delete("c"), .sweep, .put("e", .changedTail), .put("f", .inline),
            .delete("f"), .put("g", .inline), .sweep, .delete("g"), .sweep,
        ])

    /// Ranges in any order, overlapping and repeated, replace an object once they are complete.
    static let ranges = CrashHistory(
        name: "a range upload",
        verbs: [
            .put("a", .single),
            .range(upload: "r", "a", .assembled, 80_000..<130_000),
            .range(upload: "r", "a", .assembled, 0..<9_000),
            .range(upload: "r", "a", .assembled, 160_000..<200_000),
            .range(upload: "r", "a", .assembled, 80_000..<130_000),
            .sweep,
            .range(upload: "r", "a", .assembled, 100_000..<180_000),
            .range(upload: "r", "a", .assembled, 9_000..<80_000),
            .range(upload: "r", "a", .assembled, 0..<9_000),
            .sweep, .delete("a"), .sweep,
        ])

    /// The client's file changes while it is sent: none of its old bytes may be in the object.
    static let changedFile = CrashHistory(
        name: "a range upload of a file that changes",
        verbs: [
            .range(upload: "r", "a", .assembled, 0..<100_000),
            .range(upload: "r", "a", .assembled, 110_000..<150_000),
            .range(upload: "r", "a", .changedFile, 100_000..<160_000),
            .range(upload: "r", "a", .changedFile, 160_000..<200_000),
            .sweep,
            .range(upload: "r", "a", .changedFile, 0..<100_000),
        ])

    static let announced = CrashHistory(
        name: "a range upload whose digest is announced",
        verbs: [
            .range(upload: "r", "a", .assembled, 100_000..<200_000, announces: true),
            .range(upload: "r", "a", .assembled, 0..<100_000, announces: true),
            .put("b", .assembled), .sweep,
        ])

    /// Parts in any order, one replaced, one copied; one upload is completed, one aborted, one left open.
    static let multipart = CrashHistory(
        name: "multipart uploads",
        verbs: [
            .put("source", .assembled),
            .create(upload: "m", "a", .assembled),
            .part(upload: "m", 3, .assembled.slice(150_000..<200_000)),
            .part(upload: "m", 1, .otherSingle),
            .copyPart(upload: "m", 2, from: "source", 60_000..<150_000),
            .part(upload: "m", 1, .assembled.slice(0..<60_000)),
            .create(upload: "aborted", "a", .single),
            .part(upload: "aborted", 1, .single),
            .delete("source"), .sweep,
            .complete(upload: "m"),
            .abort(upload: "aborted"),
            .create(upload: "open", "b", .otherSingle),
            .part(upload: "open", 1, .otherSingle.slice(0..<20_000)),
            .sweep,
            .part(upload: "open", 2, .otherSingle.slice(20_000..<50_000)),
        ])

    static let copies = CrashHistory(
        name: "copies",
        verbs: [
            .put("a", .changedTail), .copy("a", to: "b"), .delete("a"), .sweep, .put("c", .inline),
            .copy("c", to: "b"), .copy("b", to: "a"), .delete("b"), .sweep, .put("b", .changedTail),
        ])

    /// What is kept beside the bytes: of objects, of the bucket, and the keys.
    static let settings = CrashHistory(
        name: "attributes, configurations and keys",
        verbs: [
            .put("a", .single), .set(.tags(of: "a", "one")), .set(.key("k", versions: 1)),
            .set(.configuration(.tagging, "first")), .put("b", .inline),
            .set(.retention(of: "b", minutes: 60)), .set(.list(of: "a", "granted")),
            .set(.key("k", versions: 2)), .set(.configuration(.policy, "allow")),
            .set(.tags(of: "a", "two")), .put("c", .large), .set(.configuration(.tagging, "second")),
            .set(.tags(of: "b", "three")), .set(.retention(of: "b", minutes: 90)),
            .set(.key("k", versions: 2, isDisabled: true)), .delete("c"),
            .set(.configuration(.policy, nil)), .set(.tags(of: "a", nil)), .sweep,
            .set(.list(of: "a", nil)), .set(.key("k", versions: 2)), .set(.key("k", versions: 3)),
            .put("d", .changedTail),
        ])

    /// In the catalog and in segments, in place and, where a copy holds the list, into a new one.
    static let appends = CrashHistory(
        name: "appends and renames",
        verbs: [
            .put("a", .assembled(900)), .append("a", upTo: .assembled(5_000)),
            .append("a", upTo: .assembled(60_000)), .copy("a", to: "b"), .sweep,
            .append("a", upTo: .assembled(61_000)), .append("b", upTo: .assembled(200_000)),
            .rename("a", to: "c", token: "1"), .delete("b"), .sweep, .append("c", upTo: .assembled(150_000)),
            .put("d", .single), .rename("c", to: "d", token: "2"), .sweep,
        ])
}
