import Objects
import Testing

@testable import Server

/// A slow look holds its own place only, and nothing is looked into twice at once.
@Suite struct LookPlacesTests {
    private func jobs(_ contents: ClosedRange<Int64>) throws -> [FactsJob] {
        contents.map {
            FactsJob(
                content: ContentRef($0), bucket: BucketID(1), key: ObjectKey(stored: [0x61]), size: 1,
                attempts: 0)
        }
    }

    @Test func whatEndsMakesRoomForTheNext() throws {
        var places = LookPlaces()
        places.makeRoom()
        #expect(places.take(try jobs(1...5), width: 2).map(\.content) == [ContentRef(1), ContentRef(2)])
        #expect(places.waiting == 3)
        #expect(places.take(try jobs(1...6), width: 2).isEmpty)
        #expect(places.waiting == 4)
        places.end(ContentRef(2))
        places.makeRoom()
        // 1 is looked into still.
        let next = places.take([try jobs(1...1), try jobs(3...6)].flatMap { $0 }, width: 2)
        #expect(next.map(\.content) == [ContentRef(3)])
        #expect(places.waiting == 3)
    }

    @Test func aListFromBeforeTheEndDoesNotBeginItAgain() throws {
        var places = LookPlaces()
        places.makeRoom()
        let due = try jobs(1...1)
        #expect(places.take(due, width: 2).count == 1)
        places.makeRoom()
        // The list was read before this end.
        places.end(ContentRef(1))
        #expect(places.take(due, width: 2).isEmpty)
        places.makeRoom()
        // It failed and is due again.
        #expect(places.take(due, width: 2).count == 1)
    }
}
