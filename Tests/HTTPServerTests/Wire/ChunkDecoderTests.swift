import NIOCore
import Testing

@testable import HTTPServer

struct ChunkDecoderTests {
    struct Decoded: Equatable {
        var body = ""
        var trailers: HeaderFields?
        var rest = ""
        var refusal: Refusal?
    }

    private static func decode(_ text: String, step: Int = .max, limits: ServerLimits = ServerLimits())
        -> Decoded
    {
        var decoder = ChunkDecoder(limits: limits)
        var input = ByteBuffer()
        var result = Decoded()
        let bytes = Array(text.utf8)
        var start = 0
        do throws(Refusal) {
            while start < bytes.count {
                let end = step < bytes.count - start ? start + step : bytes.count
                input.writeBytes(bytes[start..<end])
                start = end
                while let part = try decoder.next(&input) {
                    switch part {
                    case .bytes(let piece): result.body += String(buffer: piece)
                    case .end(let trailers): result.trailers = trailers
                    }
                }
            }
        } catch {
            result.refusal = error
        }
        result.rest = String(buffer: input)
        return result
    }

    @Test(arguments: [1, 2, 3, 7, .max])
    func decodesHoweverItArrives(step: Int) {
        let text =
            "1\r\na\r\n00A;n;m=v;q=\"a \\\" b\"\r\n0123456789\r\n000\r\nX-A: 1\r\nx-a:2 \r\n\r\nGET"
        let decoded = Self.decode(text, step: step)
        #expect(decoded.body == "a0123456789")
        #expect(decoded.trailers == ["X-A": "1", "x-a": "2"])
        #expect(decoded.refusal == nil)
        #expect(decoded.rest == "GET")
    }

    @Test(arguments: [
        "x\r\n", "\r\n", " 1\r\na\r\n", "-1\r\n", "+1\r\na\r\n", "0x1\r\na\r\n", "1 \r\na\r\n", "1\na\r\n",
        "1\r\nab\r\n", "1\r\na\n0\r\n", "1\r\na\r\r\n", "8000000000000000\r\n", "FFFFFFFFFFFFFFFF\r\n",
        "10000000000000000\r\n", "00000000000000001\r\na\r\n", "1;\r\na\r\n", "1;=v\r\na\r\n",
        "1;n=\r\na\r\n",
        "1;n=\"\r\na\r\n", "1;n=\"a\u{0}\"\r\na\r\n", "1; n\r\na\r\n", "1,n\r\na\r\n", "1;n\u{0}\r\na\r\n",
        "0\r\nX : 1\r\n\r\n", "0\r\n folded\r\n\r\n", "0\r\nX\r\n\r\n", "0\r\nX: a\nY: b\r\n\r\n",
        "0\r\nX: a\u{0}\r\n\r\n", "0\r\n\n", "0\r\nContent-Length: 5\r\n\r\n",
        "0\r\nA: b\r\ntransfer-encoding: chunked\r\n\r\n",
    ])
    func refuses(_ text: String) {
        #expect(Self.decode(text).refusal?.status == 400)
        #expect(Self.decode(text, step: 1).refusal?.status == 400)
    }

    @Test func sizesUpToTheLargest() {
        let decoded = Self.decode("7FFFFFFFFFFFFFFF\r\nabc")
        #expect(decoded.body == "abc")
        #expect(decoded.refusal == nil)
    }

    @Test func limits() {
        let long = String(repeating: "a", count: ChunkDecoder.maxChunkLineBytes)
        #expect(Self.decode("1;n=\(long)").refusal == .badChunk)
        #expect(Self.decode("1;n=\(long.dropLast(6))\r\na\r\n").body == "a")
        var limits = ServerLimits()
        limits.maxTrailerBytes = 20
        #expect(Self.decode("0\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", limits: limits).trailers?.count == 3)
        #expect(
            Self.decode("0\r\nA: 1\r\nB: 2\r\nC: 34\r\n\r\n", limits: limits).refusal == .trailersTooLarge)
        #expect(Self.decode("0\r\nA: 12345678901234567", limits: limits).refusal == .trailersTooLarge)
        limits.maxHeaderCount = 2
        #expect(Self.decode("0\r\nA:1\r\nB:2\r\nC:3\r\n\r\n", limits: limits).refusal == .trailersTooLarge)
    }
}
