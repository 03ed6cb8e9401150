import Digests
import HTTPServer
import NIOCore
import Objects
import Testing

@testable import Auth

/// Trailers of aws-chunked bodies, signed and not.
struct ChunkedTrailerTests {
    private static let seed = ChunkedBodyTests.documentedSeed
    private static let crc = "x-amz-checksum-crc32:+x3cDQ=="

    private func signed(
        _ lines: [String], declared: [String], lineEnd: String = "\r\n", before: String = "",
        change: (inout [UInt8]) -> Void = { _ in }
    ) async throws -> (Reading, S3AuthError?, HeaderFields) {
        var sample = ChunkedSample(seed: Self.seed)
        sample.addSigned(Array("hello".utf8))
        sample.addSigned([], lineEnd: false)
        sample.addSignedTrailer(lines, lineEnd: lineEnd, before: before)
        change(&sample.bytes)
        let body = try ChunkedBodyTests.body(
            [sample.bytes], length: 5, trailer: true, declared: declared, seed: Self.seed)
        let reading = await Reading.all(of: body)
        return (reading, body.failure, body.trailers)
    }

    private func unsigned(
        _ text: String, length: Int64 = 5, declared: [String] = ["x-amz-checksum-crc32"]
    ) async -> (Reading, S3AuthError?, HeaderFields) {
        let body = AWSChunkedBody(
            Pieces([Array(text.utf8)]), form: .unsignedTrailer, decodedLength: length,
            declaredTrailers: declared)
        let reading = await Reading.all(of: body)
        return (reading, body.failure, body.trailers)
    }

    @Test func whatWasDeclaredMustCome() async throws {
        let (reading, failure, trailers) = try await signed([Self.crc], declared: ["x-amz-checksum-crc32"])
        #expect(reading.error == nil)
        #expect(failure == nil)
        #expect(trailers[first: "X-Amz-Checksum-CRC32"] == "+x3cDQ==")
        #expect(
            try await signed([], declared: ["x-amz-checksum-crc32"]).1?.code == "MalformedTrailerError")
        let two = ["x-amz-checksum-crc32", "x-amz-checksum-sha1"]
        #expect(try await signed([Self.crc], declared: two).1?.code == "MalformedTrailerError")
    }

    @Test func nothingElseMayCome() async throws {
        for line in ["host:other", "x-amz-checksum-sha1:a", "authorization:a", "content-length:1"] {
            let (reading, failure, trailers) = try await signed(
                [Self.crc, line], declared: ["x-amz-checksum-crc32"])
            #expect(reading.error != nil)
            #expect(failure?.code == "MalformedTrailerError")
            #expect(trailers.isEmpty)
        }
        #expect(
            try await signed([Self.crc, Self.crc], declared: ["x-amz-checksum-crc32"]).1?.code
                == "MalformedTrailerError")
    }

    @Test func theTrailersSignatureIsProven() async throws {
        let changed = try await signed([Self.crc], declared: ["x-amz-checksum-crc32"]) { bytes in
            // A character of the checksum.
            if let index = bytes.lastIndex(of: 0x3D) { bytes[index - 3] ^= 1 }
        }
        #expect(changed.1?.code == "SignatureDoesNotMatch")
        let cut = try await signed([Self.crc], declared: ["x-amz-checksum-crc32"]) { bytes in
            bytes.removeLast(2 + 2 + 64 + "x-amz-trailer-signature:".utf8.count)
        }
        #expect(cut.1?.code == "MalformedTrailerError")
        let late = try await signed([], declared: ["x-amz-checksum-crc32"]) { bytes in
            bytes.removeLast(2)
            bytes += Array("\(Self.crc)\r\n\r\n".utf8)
        }
        #expect(late.1?.code == "MalformedTrailerError")
    }

    /// One client's spelling: LF after each field and an empty line before the signature.
    @Test func looseLineEndsAreUnderstood() async throws {
        let loose = try await signed(
            [Self.crc], declared: ["x-amz-checksum-crc32"], lineEnd: "\n", before: "\r\n")
        #expect(loose.0.error == nil)
        #expect(loose.2[first: "x-amz-checksum-crc32"] == "+x3cDQ==")
        let twice = try await signed(
            [Self.crc], declared: ["x-amz-checksum-crc32"], lineEnd: "\n", before: "\r\n\r\n")
        #expect(twice.1?.code == "MalformedTrailerError")
    }

    /// As botocore 1.43.11 sends it, and as other tools do.
    @Test(arguments: [
        "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:+x3cDQ==\r\n\r\n",
        "5;\r\nhello\r\n0;\r\nX-Amz-Checksum-CRC32: +x3cDQ== \r\n\r\n",
        "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:+x3cDQ==\n\r\n\r\n",
        "0005\r\nhello\r\n0\r\nx-amz-checksum-crc32:+x3cDQ==\r\n",
    ])
    func unsignedForms(_ text: String) async throws {
        let (reading, _, trailers) = await unsigned(text)
        #expect(reading.error == nil)
        #expect(reading.bytes == Array("hello".utf8))
        #expect(trailers == ["x-amz-checksum-crc32": "+x3cDQ=="])
    }

    @Test(arguments: [
        ("5\r\nhello\r\n0\r\n\r\n", "MalformedTrailerError"),
        ("5\r\nhello\r\n", "IncompleteBody"),
        ("5\r\nhello\r\n0", "IncompleteBody"),
        ("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:+x3cDQ==", "IncompleteBody"),
        ("4\r\nhell\r\n0\r\nx-amz-checksum-crc32:a\r\n\r\n", "IncompleteBody"),
        ("6\r\nhello!\r\n0\r\nx-amz-checksum-crc32:a\r\n\r\n", "IncompleteBody"),
        ("5\r\nhelloX\r\n0\r\nx-amz-checksum-crc32:a\r\n\r\n", "IncompleteBody"),
        ("5;a=b\r\nhello\r\n0\r\n\r\n", "IncompleteBody"),
        ("5\nhello\n0\n\n", "IncompleteBody"),
        ("5\r\nhello\r\n0\r\nnocolon\r\n\r\n", "MalformedTrailerError"),
        ("5\r\nhello\r\n0\r\n:a\r\n\r\n", "MalformedTrailerError"),
        ("5\r\nhello\r\n0\r\nx-amz-checksum-crc32 :a\r\n\r\n", "MalformedTrailerError"),
        ("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:a\u{1}\r\n\r\n", "MalformedTrailerError"),
        (
            "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:a\r\nx-amz-trailer-signature:b\r\n\r\n",
            "MalformedTrailerError"
        ),
        ("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:a\r\n\r\nGET / HTTP/1.1\r\n", "IncompleteBody"),
        ("3\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:a\r\n\r\n", "InvalidChunkSizeError"),
    ])
    func brokenUnsignedForms(_ text: String, _ code: String) async throws {
        let (reading, failure, trailers) = await unsigned(text)
        #expect(reading.error != nil)
        #expect(failure?.code == code)
        #expect(trailers.isEmpty)
    }

    @Test func aTrailerHasLimits() async throws {
        let long = String(repeating: "a", count: AWSChunkedDecoder.trailerLimit)
        #expect(
            await unsigned("0\r\nx-amz-checksum-crc32:\(long)\r\n\r\n", length: 0).1?.code
                == "MalformedTrailerError")
        let names = (0...AWSChunkedDecoder.trailerCountLimit).map { "x-amz-checksum-\($0)" }
        let lines = names.map { $0 + ":a\r\n" }.joined()
        #expect(
            await unsigned("0\r\n\(lines)\r\n", length: 0, declared: names).1?.code == "MalformedTrailerError"
        )
    }

    @Test func largeUnsignedChunksAreNotHeld() async throws {
        let data = [UInt8](repeating: 3, count: 3_000_000)
        var sample = ChunkedSample(seed: "")
        sample.addPlain(data)
        sample.add("0\r\n\r\n")
        var generator = SplitMix64(seed: 2)
        let budget = ChunkBudget(limit: 0)
        let body = AWSChunkedBody(
            Pieces(Pieces.cut(sample.bytes, using: &generator, largest: 700_000)), form: .unsignedTrailer,
            decodedLength: 3_000_000, budget: budget)
        let reading = await Reading.all(of: body)
        #expect(reading.error == nil)
        #expect(reading.bytes == data)
    }
}
