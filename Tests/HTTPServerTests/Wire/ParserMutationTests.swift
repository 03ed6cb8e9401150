import NIOCore
import Testing

@testable import HTTPServer

/// Requests changed at random: the parser never traps, does not depend on how bytes arrive, and accepts nothing
/// that NIO's decoder reads differently.
struct ParserMutationTests {
    private static let corpus = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "PUT /a/b.c?d=e&f HTTP/1.1\r\nHost: a.b:80\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello",
        "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
        "POST http://h/p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
        "HEAD /%41 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.1\r\nHost: b\r\n\r\n",
        "DELETE /y HTTP/1.1\r\nHost: [::1]:9\r\nConnection: close\r\nRange: bytes=0-1,2-\r\n\r\n",
    ]

    private static let pieces = [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", "0", "+", "-", ",", ";", "\r\n ", "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n", "Host: z\r\n", "chunked", "HTTP/1.1",
        "0\r\n\r\n", "FFFFFFFFFFFFFFFF", "7fffffffffffffff", "99999999999999999999", "\u{FC}", "\u{7F}",
    ]

    struct Read: Equatable {
        var requests: [DecoderOracle.Request] = []
        var refusal: Refusal?
    }

    /// Reads requests until the input ends or is refused; `splits` are where the bytes arrive in parts.
    private static func read(_ bytes: [UInt8], splits: [Int] = []) -> Read {
        var limits = ServerLimits()
        limits.maxHeaderBytes = 400
        limits.maxTargetBytes = 60
        limits.maxTrailerBytes = 100
        var parser = HeadParser(limits: limits)
        var chunks: ChunkDecoder?
        var remaining: Int64 = 0
        var keepsAlive = true
        var result = Read()
        var input = ByteBuffer()
        let cuts = splits.sorted() + [bytes.count]
        var start = 0
        do throws(Refusal) {
            for cut in cuts {
                input.writeBytes(bytes[start..<cut])
                start = cut
                reading: while true {
                    if remaining > 0 {
                        let count = Int(min(remaining, Int64(input.readableBytes)))
                        guard count > 0, let body = input.readBytes(length: count) else { break reading }
                        remaining -= Int64(count)
                        result.requests[result.requests.count - 1].body += body
                        result.requests[result.requests.count - 1].isComplete = remaining == 0
                    } else if var decoder = chunks {
                        defer { if chunks != nil { chunks = decoder } }
                        switch try decoder.next(&input) {
                        case .bytes(let body):
                            result.requests[result.requests.count - 1].body += Array(body.readableBytesView)
                        case .end:
                            result.requests[result.requests.count - 1].isComplete = true
                            chunks = nil
                        case nil: break reading
                        }
                    } else {
                        guard keepsAlive, let head = try parser.parse(&input) else { break reading }
                        var request = DecoderOracle.Request(
                            method: head.method.name, target: head.target, fields: head.headers.count)
                        switch head.framing {
                        case .none: request.isComplete = true
                        case .length(let length): remaining = length
                        case .chunked: chunks = ChunkDecoder(limits: limits)
                        }
                        result.requests.append(request)
                        keepsAlive = head.keepsAlive
                    }
                }
            }
        } catch {
            result.refusal = error
        }
        return result
    }

    @Test func arrivalDoesNotMatter() {
        var mutator = Mutator(seed: 0xC0FFE1, pieces: Self.pieces)
        var accepted = 0
        var refused = 0
        for round in 0..<6000 {
            let bytes = mutator.mutate(Array(Self.corpus[round % Self.corpus.count].utf8))
            let whole = Self.read(bytes)
            let splits = [mutator.split(bytes.count), mutator.split(bytes.count), mutator.split(bytes.count)]
            let parts = Self.read(bytes, splits: splits)
            #expect(
                whole.requests == parts.requests, "\(String(decoding: bytes, as: UTF8.self)) at \(splits)")
            #expect(
                (whole.refusal == nil) == (parts.refusal == nil),
                "\(bytes) at \(splits): \(whole) \(parts)")
            if whole.refusal == nil { accepted += 1 } else { refused += 1 }
        }
        // The corpus is worth something only when both happen often.
        #expect(accepted > 300)
        #expect(refused > 300)
    }

    @Test func nothingIsReadOtherwiseThanByNIO() async throws {
        let oracle = DecoderOracle()
        var mutator = Mutator(seed: 0xC0FFE2, pieces: Self.pieces)
        var compared = 0
        for round in 0..<8000 {
            let bytes = mutator.mutate(Array(Self.corpus[round % Self.corpus.count].utf8))
            // RFC 9110 allows a tab behind a value; llhttp does not behind some.
            if bytes.contains(0x09) { continue }
            let ours = Self.read(bytes).requests
            guard !ours.isEmpty, ours.allSatisfy(Self.isKnownToBoth) else { continue }
            let theirs = try await oracle.requests(bytes)
            for (index, request) in ours.enumerated() where request.isComplete {
                let other = theirs.indices.contains(index) ? theirs[index] : nil
                #expect(request == other, "\(String(decoding: bytes, as: UTF8.self))")
                compared += 1
            }
        }
        #expect(compared > 500)
        try await oracle.shutDown()
    }

    /// llhttp has a fixed set of methods, and takes only ASCII in targets.
    private static func isKnownToBoth(_ request: DecoderOracle.Request) -> Bool {
        ["GET", "PUT", "POST", "HEAD", "DELETE"].contains(request.method)
            && request.target.utf8.allSatisfy { $0 < 0x80 }
    }
}
