import AsyncHTTPClient
import LibraryAPI
import Logging
import NIOCore
import NIOPosix
import Objects
import Testing

@testable import Server

@Suite struct IngestTests {
    /// Hosts that the resolver and the client would read as two, and URLs that name none.
    @Test(arguments: [
        "http://%5B%5Blocalhost:1/", "http://localhost%5D:1/", "http://localhost%00:1/",
        "http://localhost%0d%0aX:1/", "http://[::1%25lo]:1/", "http://a%20b:1/", "http://a%2fb:1/",
        "http://u:p@localhost:1/", "ftp://localhost/", "http:///x", "nonsense", "",
    ])
    func otherHostsAreNotAskedFor(_ url: String) async throws {
        let fetcher = HTTPIngestFetcher(
            group: .singleton, allowsPrivate: true, logger: Logger(label: "test"))
        await #expect {
            try await fetcher.open(url, limit: 1)
        } throws: { error in
            if case .refused? = error as? IngestFailure { true } else { false }
        }
    }

    @Test func aBodyIsReadToItsEnd() async throws {
        let body = body("words", limit: 5, until: .distantFuture)
        #expect(try await body.next().map { String(buffer: $0) } == "words")
        #expect(try await body.next() == nil)
    }

    @Test func aBodyHasALimit() async throws {
        let body = body("words", limit: 4, until: .distantFuture)
        await #expect { try await body.next() } throws: { error in
            if case .bodyTooLarge(4)? = error as? StoreError { true } else { false }
        }
    }

    @Test func aBodyThatLastsTooLongIsBrokenOff() async throws {
        let body = body("words", limit: 5, until: .now())
        await #expect { try await body.next() } throws: { error in
            if case .bodyTooSlow? = error as? StoreError { true } else { false }
        }
    }

    @Test func aTaskIsBegunOnceAndThereAreOnlySoMany() throws {
        let underWay = UnderWay()
        let tasks = try self.tasks(of: ["p", "q", "r"])
        #expect(underWay.add(tasks, upTo: 2) == Array(tasks.prefix(2)))
        #expect(underWay.add(tasks, upTo: 2).isEmpty)
        underWay.remove(tasks[0].id)
        #expect(underWay.add(Array(tasks.dropFirst()), upTo: 2) == [tasks[2]])
    }

    @Test func theLastPlaceIsForAProjectThatHasNone() throws {
        let underWay = UnderWay()
        let tasks = try self.tasks(of: ["p", "p", "p", "p", "q"])
        #expect(underWay.add(Array(tasks.prefix(4)), upTo: 3) == Array(tasks.prefix(2)))
        #expect(underWay.add(tasks, upTo: 3) == [tasks[4]])
        underWay.remove(tasks[0].id)
        #expect(underWay.add(Array(tasks[2...]), upTo: 3).isEmpty)
        underWay.remove(tasks[1].id)
        #expect(underWay.add(Array(tasks[2...]), upTo: 3) == [tasks[2]])
    }

    private func tasks(of projects: [String]) throws -> [LibraryTask] {
        try projects.enumerated().map { number, project in
            LibraryTask(
                id: try #require(TaskID("task_000000000000000\(number)")), project: ProjectID(project),
                kind: .ingest, input: [], created: 0, updated: 0)
        }
    }

    private func body(_ text: String, limit: Int64, until end: NIODeadline) -> FetchedBody {
        FetchedBody(
            .bytes(ByteBuffer(string: text)), limit: limit, until: end,
            HTTPClient(eventLoopGroupProvider: .singleton))
    }
}
