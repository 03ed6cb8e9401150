import Digests
import HTTPServer
import NIOCore
import Objects
import Testing

@testable import Auth

/// The framing of signed chunks.
struct ChunkedBodyTests {
    static let documentedSeed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
    static let letters = [UInt8](repeating: 0x61, count: 66_560)

    /// The example of the documentation: 65,536 bytes, 1,024 bytes and the end.
    static func documentedSample() -> ChunkedSample {
        var sample = ChunkedSample(seed: documentedSeed)
        sample.addSigned(Array(letters[..<65_536]))
        sample.addSigned(Array(letters[65_536...]))
        sample.addSigned([])
        return sample
    }

    static func body(
        _ pieces: [[UInt8]], length: Int64, trailer: Bool = false, declared: [String] = [],
        seed: String = documentedSeed, budget: ChunkBudget = ChunkBudget()
    ) throws -> AWSChunkedBody {
        let signer = try #require(ChunkedSample.signer(seed: seed))
        return AWSChunkedBody(
            Pieces(pieces), form: .signed(signer, trailer: trailer), decodedLength: length,
            declaredTrailers: declared, budget: budget)
    }

    private func read(_ sample: ChunkedSample, length: Int) async throws -> (Reading, S3AuthError?) {
        let body = try Self.body([sample.bytes], length: Int64(length))
        let reading = await Reading.all(of: body)
        return (reading, body.failure)
    }

    /// The signatures printed in AWS's documentation.
    @Test func theExampleOfTheDocumentation() async throws {
        let text = String(decoding: Self.documentedSample().bytes, as: UTF8.self)
        for signature in [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ] {
            #expect(text.contains(";chunk-signature=\(signature)\r\n"))
        }
        let fixture = try await S3Fixture.documentation()
        let signed =
            "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
            + "x-amz-decoded-content-length;x-amz-storage-class"
        let request = HTTPRequest(
            method: .put, target: "/examplebucket/chunkObject.txt",
            headers: [
                "Host": "s3.amazonaws.com", "x-amz-date": "20130524T000000Z",
                "x-amz-storage-class": "REDUCED_REDUNDANCY", "Content-Encoding": "aws-chunked",
                "x-amz-decoded-content-length": "66560", "Content-Length": "66824",
                "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                "Authorization": "AWS4-HMAC-SHA256 "
                    + "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                    + "SignedHeaders=\(signed),Signature=\(Self.documentedSeed)",
            ], body: RequestBody(ByteBuffer(bytes: Self.documentedSample().bytes)))
        let identity = try await fixture.authenticate(request, time: 1_369_353_600)
        #expect(identity.payload == .streamingSigned(trailer: false))
        let body = try identity.body(of: request, limit: 1 << 30)
        #expect(body.length == 66_560)
        let reading = await Reading.all(of: body.source)
        #expect(reading.error == nil)
        #expect(reading.bytes == Self.letters)
    }

    /// The example of the documentation with a trailer.
    @Test func theExampleWithATrailer() async throws {
        let seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"
        var sample = ChunkedSample(seed: seed)
        sample.addSigned(Array(Self.letters[..<65_536]))
        sample.addSigned(Array(Self.letters[65_536...]))
        sample.addSigned([], lineEnd: false)
        sample.addSignedTrailer(["x-amz-checksum-crc32c:sOO8/Q=="])
        let text = String(decoding: sample.bytes, as: UTF8.self)
        for signature in [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
            "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
        ] {
            #expect(text.contains(signature))
        }
        let body = try Self.body(
            [sample.bytes], length: 66_560, trailer: true, declared: ["x-amz-checksum-crc32c"], seed: seed)
        #expect(body.trailers.isEmpty)
        let reading = await Reading.all(of: body)
        #expect(reading.error == nil)
        #expect(reading.bytes == Self.letters)
        #expect(body.trailers == ["x-amz-checksum-crc32c": "sOO8/Q=="])
    }

    @Test func anyCutGivesTheSame() async throws {
        var generator = SplitMix64(seed: 1)
        let sample = Self.documentedSample()
        for largest in [3, 100, 9000, 80_000] {
            let pieces = Pieces.cut(sample.bytes, using: &generator, largest: largest)
            let reading = await Reading.all(of: try Self.body(pieces, length: 66_560))
            #expect(reading.error == nil)
            #expect(reading.bytes == Self.letters)
        }
    }

    @Test func anEmptyBodyIsOneChunk() async throws {
        var sample = ChunkedSample(seed: Self.documentedSeed)
        sample.addSigned([])
        #expect(try await read(sample, length: 0).0.error == nil)
        // Some clients leave out the last line end.
        sample.bytes.removeLast(2)
        #expect(try await read(sample, length: 0).0.error == nil)
        sample.bytes.append(0x0D)
        #expect(try await read(sample, length: 0).0.error == .bodyIncomplete)
    }

    @Test func aChangedByteIsNotHandedUp() async throws {
        var sample = Self.documentedSample()
        sample.bytes[65_536 + 300] ^= 1
        let (reading, failure) = try await read(sample, length: 66_560)
        #expect(reading.bytes.count <= 65_536)
        #expect(reading.error == .digestMismatch("chunk-signature"))
        #expect(failure?.code == "SignatureDoesNotMatch")
        #expect(failure?.status == 403)
    }

    @Test func chunksCannotBeLeftOutOrSwapped() async throws {
        var sample = ChunkedSample(seed: Self.documentedSeed)
        sample.addSigned([UInt8](repeating: 1, count: 9000))
        let first = sample.bytes
        sample.addSigned([UInt8](repeating: 2, count: 9000))
        let second = Array(sample.bytes[first.count...])
        sample.addSigned([])
        let last = Array(sample.bytes[(first.count + second.count)...])
        for (bytes, length) in [
            (second + first + last, 18_000), (first + last, 9000), (last, 0), (second + last, 9000),
        ] {
            var other = sample
            other.bytes = bytes
            let (reading, failure) = try await read(other, length: length)
            #expect(reading.error != nil)
            #expect(failure?.code == "SignatureDoesNotMatch")
        }
    }

    @Test func theFinalChunkMustCome() async throws {
        let whole = Self.documentedSample().bytes
        for count in [0, 10, 100, 65_000, 65_536 + 87, 66_560 + 170, whole.count - 20] {
            var sample = Self.documentedSample()
            sample.bytes = Array(whole[..<count])
            let (reading, failure) = try await read(sample, length: 66_560)
            #expect(reading.error == .bodyIncomplete)
            #expect(failure?.code == "IncompleteBody")
            #expect(failure?.status == 400)
        }
    }

    @Test func theDecodedLengthMustBeTrue() async throws {
        for length in [66_559, 66_561, 0] {
            let (reading, failure) = try await read(Self.documentedSample(), length: length)
            #expect(reading.error == .bodyIncomplete)
            #expect(failure?.code == "IncompleteBody")
        }
    }

    @Test func onlyTheLastChunkMayBeSmall() async throws {
        var sample = ChunkedSample(seed: Self.documentedSeed)
        sample.addSigned([UInt8](repeating: 1, count: 8191))
        sample.addSigned([UInt8](repeating: 1, count: 1))
        sample.addSigned([])
        let (reading, failure) = try await read(sample, length: 8192)
        #expect(reading.error != nil)
        #expect(failure?.code == "InvalidChunkSizeError")
        #expect(failure?.fields.map(\.value) == ["2", "8191"])
    }

    @Test func aChunkBeyondTheLimitIsRefusedBeforeItIsRead() async throws {
        var sample = ChunkedSample(seed: Self.documentedSeed)
        sample.add("1000001;chunk-signature=\(String(repeating: "0", count: 64))\r\n")
        let (reading, failure) = try await read(sample, length: 1 << 30)
        #expect(reading.error != nil)
        #expect(failure?.code == "InvalidRequest")
        for size in [
            "ffffffffffffffff", "8000000000000000", "10000000000000000", "-1", "+1", "0x1", "", " 1",
        ] {
            var other = ChunkedSample(seed: Self.documentedSeed)
            other.add("\(size);chunk-signature=\(String(repeating: "0", count: 64))\r\n")
            #expect(try await read(other, length: Int(Int64.max)).1?.code == "IncompleteBody")
        }
    }

    @Test func linesHaveLimitsAndForms() async throws {
        let zeros = String(repeating: "0", count: 64)
        for line in [
            "10\r\n", "10;\r\n", "10;chunk-signature=\r\n", "10;chunk-signature=\(zeros)0\r\n",
            "10;chunk-signature=\(zeros)\n", "10;other=\(zeros)\r\n", "10; chunk-signature=\(zeros)\r\n",
            "\r\n", "10;chunk-signature=\(zeros);a=b\r\n", String(repeating: "1", count: 300),
        ] {
            var sample = ChunkedSample(seed: Self.documentedSeed)
            sample.add(line)
            let (reading, failure) = try await read(sample, length: 16)
            #expect(reading.bytes.isEmpty)
            #expect(failure?.code == "IncompleteBody", "\(line)")
        }
    }

    @Test func nothingMayFollow() async throws {
        for surplus in ["x", "\r\n\r\n", "\n", "0\r\n"] {
            var sample = Self.documentedSample()
            sample.add(surplus)
            #expect(try await read(sample, length: 66_560).0.error == .bodyIncomplete)
        }
    }

    @Test func bodiesTogetherHoldNoMoreThanTheBudget() async throws {
        let budget = ChunkBudget(limit: 100_000)
        var sample = ChunkedSample(seed: Self.documentedSeed)
        sample.addSigned([UInt8](repeating: 1, count: 120_000))
        sample.addSigned([])
        let halves = [Array(sample.bytes[..<90_000]), Array(sample.bytes[90_000...])]
        let first = try Self.body(halves, length: 120_000, budget: budget)
        #expect(await Reading.all(of: first).error == nil)
        #expect(budget.bytesHeld == 0)
        let parts = [Array(sample.bytes[..<90_000]), Array(sample.bytes[90_000..<110_000])]
        let second = try Self.body(parts, length: 120_000, budget: budget)
        let refused = await Reading.all(of: second)
        #expect(refused.error == .overloaded)
        #expect(second.failure == nil)
        #expect(budget.bytesHeld == 0)
    }

    @Test func aBodyThatIsDroppedGivesItsMemoryBack() async throws {
        let budget = ChunkBudget()
        func readHalf() async throws -> Int {
            let sample = Self.documentedSample()
            let body = AWSChunkedBody(
                Breaking([Array(sample.bytes[..<30_000])]),
                form: .signed(try #require(ChunkedSample.signer(seed: Self.documentedSeed)), trailer: false),
                decodedLength: 66_560, budget: budget)
            #expect(await Reading.all(of: body).error == .bodyTooLarge(limit: 1))
            return budget.bytesHeld
        }
        #expect(try await readHalf() > 20_000)
        #expect(budget.bytesHeld == 0)
    }
}

/// A body that ends in an error of its own.
private struct Breaking: BodySource {
    let pieces: Pieces
    init(_ pieces: [[UInt8]]) { self.pieces = Pieces(pieces) }
    func next() async throws -> ByteBuffer? {
        guard let piece = try await pieces.next() else { throw StoreError.bodyTooLarge(limit: 1) }
        return piece
    }
}
