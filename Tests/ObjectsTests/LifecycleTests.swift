import Objects
import Testing

/// The rules themselves: pure, so every case is one line.
@Suite struct LifecycleTests {
    private static let day: Int64 = 86_400_000
    /// Midnight of some day.
    private static let start: Int64 = 20_000 * day
    private static let standard = LifecycleCalendar.standard

    private static func version(
        _ key: String = "logs/a", size: Int64 = 200_000, modified: Int64 = start + 1, marker: Bool = false,
        latest: Bool = true, tags: [ObjectAttributes.Tag] = [], storageClass: String? = nil
    ) throws -> ObjectVersion {
        var metadata = ObjectMetadata(contentType: "text/plain")
        metadata.storageClass = storageClass
        return ObjectVersion(
            bucket: BucketID(1), key: try #require(ObjectKey(key)), isDeleteMarker: marker, isLatest: latest,
            content: .empty, size: size, etag: ETag("e"), modified: modified, created: modified,
            file: FileID(1), media: MediaID(1), sequence: 1, metadata: metadata,
            attributes: ObjectAttributes(tags: tags))
    }

    private static func verdict(
        _ rule: Lifecycle.Rule, _ version: ObjectVersion, _ standing: Lifecycle.Standing = .init(),
        day number: Int64, _ calendar: LifecycleCalendar = standard,
        _ minimum: Lifecycle.TransitionMinimum = .allClasses
    ) -> LifecycleVerdict {
        Lifecycle(rules: [rule], transitionMinimum: minimum).verdict(
            on: version, standing, calendar, now: start + number * day)
    }

    @Test func daysEndAtTheNextMidnight() throws {
        let rule = Lifecycle.Rule(id: "r", expiration: .days(1))
        let late = try Self.version()
        #expect(Self.verdict(rule, late, day: 1) == .keep)
        #expect(Self.verdict(rule, late, day: 2) == .expire)
        let punctual = try Self.version(modified: Self.start)
        #expect(Self.verdict(rule, punctual, day: 1) == .expire)
        let short = LifecycleCalendar(daySeconds: 10)
        #expect(short.due(2, after: 3) == 20_003)
        #expect(Self.standard.due(.max, after: 1) == .max)
        let dated = Lifecycle.Rule(id: "r", expiration: .date(Self.start + 3 * Self.day))
        #expect(Self.verdict(dated, late, day: 2) == .keep)
        #expect(Self.verdict(dated, late, day: 3) == .expire)
    }

    @Test func filtersMustHoldWhole() throws {
        let tag = ObjectAttributes.Tag("kind", "raw")
        var filter = LifecycleFilter(
            form: .conjunction, prefix: Array("logs/".utf8), tags: [tag], sizeGreaterThan: 10,
            sizeLessThan: 20)
        let fitting = try Self.version(size: 15, tags: [tag, ObjectAttributes.Tag("x", "y")])
        #expect(filter.matches(fitting))
        #expect(!filter.matches(try Self.version("log/a", size: 15, tags: [tag])))
        #expect(!filter.matches(try Self.version(size: 10, tags: [tag])))
        #expect(!filter.matches(try Self.version(size: 20, tags: [tag])))
        #expect(!filter.matches(try Self.version(size: 15, tags: [ObjectAttributes.Tag("kind", "Raw")])))
        filter.tags = []
        #expect(filter.matches(try Self.version(size: 11)))
        let off = Lifecycle.Rule(id: "r", isEnabled: false, expiration: .days(1))
        #expect(Self.verdict(off, try Self.version(), day: 99) == .keep)
    }

    @Test func noncurrentVersionsCountFromTheirReplacement() throws {
        let rule = Lifecycle.Rule(id: "r", noncurrentExpiration: .init(days: 2, newerVersions: 3))
        let old = try Self.version(modified: 0, latest: false)
        let replaced = Self.start
        #expect(Self.verdict(rule, old, .init(replaced: replaced, newerNoncurrent: 3), day: 1) == .keep)
        #expect(Self.verdict(rule, old, .init(replaced: replaced, newerNoncurrent: 3), day: 2) == .remove)
        #expect(Self.verdict(rule, old, .init(replaced: replaced, newerNoncurrent: 2), day: 9) == .keep)
        #expect(Self.verdict(rule, try Self.version(modified: 0), day: 9) == .keep)
        let marker = try Self.version(modified: 0, marker: true, latest: false)
        #expect(Self.verdict(rule, marker, .init(replaced: replaced, newerNoncurrent: 3), day: 2) == .remove)
    }

    @Test func aDeleteMarkerGoesWhenItIsAlone() throws {
        let marker = try Self.version(size: 0, marker: true)
        let alone = Lifecycle.Standing(isAlone: true)
        let rule = Lifecycle.Rule(id: "r", removesLoneMarkers: true)
        #expect(Self.verdict(rule, marker, alone, day: 0) == .remove)
        #expect(Self.verdict(rule, marker, day: 99) == .keep)
        let days = Lifecycle.Rule(id: "r", expiration: .days(1))
        #expect(Self.verdict(days, marker, alone, day: 1) == .keep)
        #expect(Self.verdict(days, marker, alone, day: 2) == .remove)
        let sized = Lifecycle.Rule(id: "r", filter: .init(sizeLessThan: 9), expiration: .days(1))
        #expect(Self.verdict(sized, marker, alone, day: 9) == .keep)
    }

    @Test func objectsMoveOneWay() throws {
        let rule = Lifecycle.Rule(
            id: "r", transitions: [.init(.days(30), "STANDARD_IA"), .init(.days(60), "GLACIER")])
        let standard = try Self.version()
        #expect(Self.verdict(rule, standard, day: 20) == .keep)
        #expect(Self.verdict(rule, standard, day: 31) == .move(to: "STANDARD_IA"))
        #expect(Self.verdict(rule, standard, day: 61) == .move(to: "GLACIER"))
        let archived = try Self.version(storageClass: "DEEP_ARCHIVE")
        #expect(Self.verdict(rule, archived, day: 61) == .keep)
        let small = try Self.version(size: 4)
        #expect(Self.verdict(rule, small, day: 61) == .keep)
        #expect(Self.verdict(rule, small, day: 31, Self.standard, .byClass) == .keep)
        #expect(Self.verdict(rule, small, day: 61, Self.standard, .byClass) == .move(to: "GLACIER"))
        #expect(Self.verdict(rule, small, day: 1, LifecycleCalendar(daySeconds: 10)) == .move(to: "GLACIER"))
        let expiring = Lifecycle.Rule(
            id: "r", expiration: .days(61), transitions: [.init(.days(1), "GLACIER")])
        #expect(Self.verdict(expiring, standard, day: 62) == .expire)
    }

    @Test func whatIsKeptIsReadAgain() throws {
        let rule = Lifecycle.Rule(
            id: "é", isEnabled: false,
            filter: .init(
                form: .conjunction, prefix: [0x61], tags: [.init("k", "v")], sizeGreaterThan: 1,
                sizeLessThan: 2),
            expiration: .date(5), removesLoneMarkers: true,
            noncurrentExpiration: .init(days: 3, newerVersions: 4), transitions: [.init(.days(0), "GLACIER")],
            noncurrentTransitions: [.init(.init(days: 1), "STANDARD_IA")], abortDays: 7)
        let lifecycle = Lifecycle(rules: [rule, Lifecycle.Rule(id: "two")], transitionMinimum: .byClass)
        let bytes = lifecycle.encoded
        #expect(try Lifecycle(encoded: bytes) == lifecycle)
        for length in 0..<bytes.count {
            #expect(throws: StoreError.self) { try Lifecycle(encoded: Array(bytes[..<length])) }
        }
    }
}
