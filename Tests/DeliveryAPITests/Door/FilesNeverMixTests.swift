import HTTPServer
import Objects
import Testing

/// Bytes of two files that are sent to one URL under one key never end up in one file.
@Suite struct FilesNeverMixTests {
    private let size = 40_000
    private let step = 10_000
    private var old: [UInt8] { noise(size, seed: 5) }
    private var new: [UInt8] { noise(size, seed: 6) }

    private var ranges: [Range<Int>] {
        stride(from: 0, to: size, by: step).map { $0..<($0 + step) }
    }

    @Test func aLostAnswerIsFetchedAgain() async throws {
        let fixture = try await DoorFixture()
        let old = old
        var last: DoorAnswer?
        for range in ranges { last = try await fixture.putRange("/a", old, range) }
        #expect(last?.status == 201)
        for range in ranges.reversed() {
            let again = try await fixture.putRange("/a", old, range)
            #expect(again.status == 201)
            #expect(again.json["id"] as? String == last?.json["id"] as? String)
            #expect(again.json["version"] as? String == last?.json["version"] as? String)
        }
        #expect(try await fixture.status("/a", total: size).status == 404)
    }

    @Test func aLostAnswerToASingleChunk() async throws {
        let fixture = try await DoorFixture()
        let first = try await fixture.putRange("/a", old, 0..<size)
        let again = try await fixture.putRange("/a", old, 0..<size)
        #expect(first.status == 201 && again.status == 201)
        #expect(first.json["version"] as? String == again.json["version"] as? String)
    }

    @Test func aStragglingDuplicateThenANewFileOfEqualSize() async throws {
        let fixture = try await DoorFixture()
        let (old, new) = (old, new)
        for range in ranges { _ = try await fixture.putRange("/a", old, range) }
        #expect(try await fixture.putRange("/a", old, ranges[0]).status == 201)
        var statuses: [Int] = []
        for range in ranges { statuses.append(try await fixture.putRange("/a", new, range).status) }
        #expect(statuses == [202, 202, 202, 201])
        #expect(try await fixture.get("/a").body == new)
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5])
    func anAbandonedUploadThenANewFileOfEqualSizeShuffled(_ seed: UInt64) async throws {
        let fixture = try await DoorFixture()
        let (old, new) = (old, new)
        for range in ranges.prefix(3) { _ = try await fixture.putRange("/a", old, range) }
        fixture.advance(milliseconds: 15 * 60_000 + 1)
        var generator = Generator(state: seed)
        var last = 0
        for range in ranges.shuffled(using: &generator) {
            last = try await fixture.putRange("/a", new, range).status
        }
        #expect(last == 201)
        #expect(try await fixture.get("/a").body == new)
    }

    /// Without the pause the old ranges still count until a differing chunk proves that the file has changed; status
    /// then says what is to be sent again.
    @Test(arguments: [0, 1, 2, 3, 4, 5])
    func aFileThatChangesWhileItIsSent(_ seed: UInt64) async throws {
        let fixture = try await DoorFixture()
        let (old, new) = (old, new)
        for range in ranges.prefix(3) { _ = try await fixture.putRange("/a", old, range) }
        var generator = Generator(state: seed)
        var answer: DoorAnswer?
        for range in ranges.shuffled(using: &generator) {
            answer = try await fixture.putRange("/a", new, range)
        }
        if answer?.status == 202 {
            let missing = try await fixture.status("/a", total: size).missing ?? []
            #expect(!missing.isEmpty)
            for range in missing { answer = try await fixture.putRange("/a", new, range[0]..<(range[1] + 1)) }
        }
        #expect(answer?.status == 201)
        #expect(try await fixture.get("/a").body == new)
    }

    @Test func afterAPauseAClientThatAskedGoesOn() async throws {
        let fixture = try await DoorFixture()
        let old = old
        for range in ranges.prefix(3) { _ = try await fixture.putRange("/a", old, range) }
        fixture.advance(milliseconds: 3_600_000)
        #expect(try await fixture.status("/a", total: size).missing == [[30_000, 39_999]])
        #expect(try await fixture.putRange("/a", old, ranges[3]).status == 201)
        #expect(try await fixture.get("/a").body == old)
    }

    @Test func afterAPauseAnUploadIdGoesOn() async throws {
        let fixture = try await DoorFixture()
        let old = old
        for range in ranges.prefix(3) { _ = try await fixture.putRange("/a", old, range, token: "t") }
        fixture.advance(milliseconds: 3_600_000)
        #expect(try await fixture.putRange("/a", old, ranges[3], token: "t").status == 201)
        #expect(try await fixture.get("/a").body == old)
    }

    @Test func twoSendersWithUploadIds() async throws {
        let fixture = try await DoorFixture()
        let (one, two) = (old, new)
        var last = (0, 0)
        for range in ranges {
            last.0 = try await fixture.putRange("/a", one, range, token: "one").status
            last.1 = try await fixture.putRange("/a", two, range, token: "two").status
        }
        #expect(last == (201, 201))
        #expect(try await fixture.get("/a").body == two)
    }

    @Test func twoSendersAtOnceWithUploadIds() async throws {
        let fixture = try await DoorFixture()
        let files = [old, new]
        let ranges = ranges
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, file) in files.enumerated() {
                for range in ranges.shuffled() {
                    group.addTask {
                        _ = try await fixture.putRange("/a", file, range, token: "sender-\(index)")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(files.contains(try await fixture.get("/a").body))
    }

    /// Who sends no `Upload-Id` is told apart by bytes that differ at one place: with both sending each range, one
    /// of the two is noticed before the last range is there.
    @Test func twoSendersWithoutUploadIdsInTurns() async throws {
        let fixture = try await DoorFixture()
        let (one, two) = (old, new)
        for range in ranges {
            _ = try await fixture.putRange("/a", one, range)
            _ = try await fixture.putRange("/a", two, range)
            let got = try await fixture.get("/a")
            #expect(got.status == 404 || got.body == one || got.body == two)
        }
    }

    @Test func anotherTotalIsAnotherUpload() async throws {
        let fixture = try await DoorFixture()
        let (old, new) = (old, new)
        _ = try await fixture.putRange("/a", old, ranges[0])
        #expect(try await fixture.putRange("/a", new, 0..<step, of: step * 2).status == 202)
        #expect(try await fixture.putRange("/a", new, step..<(2 * step), of: step * 2).status == 201)
        #expect(try await fixture.get("/a").body == Array(new[..<(2 * step)]))
        for range in ranges.dropFirst() { _ = try await fixture.putRange("/a", old, range) }
        #expect(try await fixture.get("/a").body == old)
    }

    @Test func anotherKeysChunksAreAnotherUpload() async throws {
        let fixture = try await DoorFixture()
        let (old, new) = (old, new)
        for range in ranges.prefix(3) { _ = try await fixture.putRange("/a", old, range) }
        #expect(try await fixture.putRange("/a", new, ranges[3], key: fixture.upload).status == 202)
        #expect(try await fixture.putRange("/a", old, ranges[3]).status == 201)
        #expect(try await fixture.get("/a").body == old)
    }

    @Test func aPlainPutBetweenChunksIsOvertakenByTheUpload() async throws {
        let fixture = try await DoorFixture()
        let old = old
        for range in ranges.prefix(3) { _ = try await fixture.putRange("/a", old, range) }
        _ = try await fixture.put("/a", [1])
        #expect(try await fixture.get("/a").body == [1])
        #expect(try await fixture.putRange("/a", old, ranges[3]).status == 201)
        #expect(try await fixture.get("/a").body == old)
    }

    @Test func afterTheFileWasReplacedARepeatIsANewUpload() async throws {
        let fixture = try await DoorFixture()
        let old = old
        for range in ranges { _ = try await fixture.putRange("/a", old, range) }
        _ = try await fixture.put("/a", [1])
        #expect(try await fixture.putRange("/a", old, ranges[0]).status == 202)
        #expect(try await fixture.get("/a").body == [1])
    }
}

/// A generator that a seed starts again.
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
