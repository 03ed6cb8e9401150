import NIOCore
import Synchronization
import Testing

@testable import HTTPServer

struct RequestBodyTests {
    @Test func gathersWhatIsThere() async throws {
        let chunks = ["ab", "cd", "efg", "h"].map { ByteBuffer(string: $0) }
        let body = RequestBody(chunks: chunks, declaredLength: 8)
        #expect(try await body.next(maxLength: 4) == ByteBuffer(string: "abcd"))
        #expect(try await body.next(maxLength: 2) == ByteBuffer(string: "ef"))
        #expect(try await body.next() == ByteBuffer(string: "gh"))
        #expect(try await body.next() == nil)
        #expect(try await body.next() == nil)
    }

    @Test func collectsWithinALimit() async throws {
        #expect(
            try await RequestBody(ByteBuffer(string: "abc")).collect(upTo: 3) == ByteBuffer(string: "abc"))
        await #expect(throws: BodyError.tooLarge) {
            try await RequestBody(ByteBuffer(string: "abc")).collect(upTo: 2)
        }
        let chunked = RequestBody(chunks: [ByteBuffer(string: "ab"), ByteBuffer(string: "c")])
        #expect(chunked.declaredLength == nil)
        await #expect(throws: BodyError.tooLarge) { try await chunked.collect(upTo: 2) }
        #expect(try await RequestBody.empty.collect(upTo: 0) == ByteBuffer())
        #expect(RequestBody.empty.isEmpty)
    }

    @Test func limitsByDoors() async throws {
        let declared = RequestBody(ByteBuffer(string: "abc"))
        declared.limit(to: 3)
        #expect(try await declared.next() == ByteBuffer(string: "abc"))
        let tooLong = RequestBody(ByteBuffer(string: "abc"))
        tooLong.limit(to: 2)
        tooLong.limit(to: 100)
        await #expect(throws: BodyError.tooLarge) { try await tooLong.next() }
        await #expect(throws: BodyError.tooLarge) { try await tooLong.next() }

        let asked = Mutex(0)
        let arriving = RequestBody(declaredLength: nil, limit: 100) { asked.withLock { $0 += 1 } }
        arriving.limit(to: 4)
        arriving.receive(ByteBuffer(string: "abcd"))
        #expect(try await arriving.next() == ByteBuffer(string: "abcd"))
        arriving.receive(ByteBuffer(string: "e"))
        await #expect(throws: BodyError.tooLarge) { try await arriving.next() }

        let neverAsked = RequestBody(declaredLength: 5, limit: 100) { asked.withLock { $0 += 100 } }
        neverAsked.limit(to: 4)
        await #expect(throws: BodyError.tooLarge) { try await neverAsked.next() }
        #expect(asked.withLock { $0 } < 100)
    }

    @Test func failureComesAfterTheBytes() async throws {
        let body = RequestBody(chunks: [ByteBuffer(string: "ab")], declaredLength: 5, failure: .disconnected)
        #expect(try await body.next() == ByteBuffer(string: "ab"))
        await #expect(throws: BodyError.disconnected) { try await body.next() }
        await #expect(throws: BodyError.disconnected) { try await body.next() }
    }

    @Test func trailersComeWithTheEnd() async throws {
        let body = RequestBody(chunks: [ByteBuffer(string: "ab")], trailers: ["X": "1"])
        #expect(body.trailers.isEmpty)
        #expect(try await body.next() != nil)
        #expect(try await body.next() == nil)
        #expect(body.trailers == ["X": "1"])
    }

    @Test func waitingReaderIsWoken() async throws {
        let body = RequestBody(declaredLength: nil, limit: 100) {}
        async let first = body.next()
        async let _: Void = body.receive(ByteBuffer(string: "late"))
        #expect(try await first == ByteBuffer(string: "late"))
        async let second = body.next()
        async let _: Void = body.end(["T": "1"])
        #expect(try await second == nil)
    }

    @Test func cancellationEndsTheWait() async throws {
        let body = RequestBody(declaredLength: nil, limit: 100) {}
        let reader = Task { () async -> BodyError? in
            do throws(BodyError) {
                _ = try await body.next()
                return nil
            } catch { return error }
        }
        reader.cancel()
        #expect(await reader.value == .aborted)
    }

    @Test func bytesInHandCountUntilTheReaderComesBack() async throws {
        let body = RequestBody(declaredLength: 10, limit: 100) {}
        body.receive(ByteBuffer(string: "abcdef"))
        #expect(body.heldBytes == 6)
        _ = try await body.next(maxLength: 4)
        #expect(body.heldBytes == 6)
        _ = try await body.next(maxLength: 4)
        #expect(body.heldBytes == 2)
    }

    @Test func smallPiecesDoNotKeepLargeBuffers() {
        let body = RequestBody(declaredLength: nil, limit: 1 << 20) {}
        for _ in 0..<1000 {
            var buffer = ByteBufferAllocator().buffer(capacity: 65536)
            buffer.writeString("x")
            body.receive(buffer)
        }
        let capacity = body.state.withLock { state in state.pieces.reduce(0) { $0 + $1.storageCapacity } }
        #expect(capacity < 65536)
        #expect(body.heldBytes == 1000)
    }

    @Test func responseBodiesAreCollectedAsSent() async throws {
        #expect(try await ResponseBody.empty.collect(upTo: 0) == ByteBuffer())
        #expect(
            try await ResponseBody.bytes(ByteBuffer(string: "ab")).collect(upTo: 2)
                == ByteBuffer(string: "ab"))
        let file = TestFile(Array("0123456789".utf8))
        let pieces = ResponseBody.pieces(
            length: 6,
            batches([
                [.bytes(ByteBuffer(string: "a")), .file(file.extent(2..<5))], [.file(file.extent(8..<10))],
            ]))
        #expect(try await pieces.collect(upTo: 6) == ByteBuffer(string: "a23489"))
        await #expect(throws: BodyError.aborted) {
            try await ResponseBody.pieces(length: 3, batches([[.file(file.extent(8..<10))]])).collect(upTo: 9)
        }
        await #expect(throws: BodyError.aborted) {
            try await ResponseBody.pieces(length: 3, batches([[.file(file.extent(9..<12))]])).collect(upTo: 9)
        }
        let stream = ResponseBody.stream { writer in
            try await writer.write("ab")
            try await writer.write([0x63])
        }
        #expect(try await stream.collect(upTo: 3) == ByteBuffer(string: "abc"))
        await #expect(throws: BodyError.tooLarge) { try await stream.collect(upTo: 2) }
    }
}
