import NIOCore
import Testing

@testable import HTTPServer

/// Reads heads under the limits given.
func parseHead(
    _ bytes: [UInt8], limits: ServerLimits = ServerLimits()
) -> Result<(head: RequestHead, rest: String)?, Refusal> {
    var parser = HeadParser(limits: limits)
    var input = ByteBuffer(bytes: bytes)
    do throws(Refusal) {
        guard let head = try parser.parse(&input) else { return .success(nil) }
        return .success((head, String(buffer: input)))
    } catch {
        return .failure(error)
    }
}

func parseHead(_ text: String, limits: ServerLimits = ServerLimits()) throws(Refusal) -> RequestHead? {
    try parseHead(Array(text.utf8), limits: limits).get()?.head
}

func refusal(_ bytes: [UInt8], limits: ServerLimits = ServerLimits()) -> Refusal? {
    if case .failure(let refusal) = parseHead(bytes, limits: limits) { return refusal }
    return nil
}

func refusal(_ text: String, limits: ServerLimits = ServerLimits()) -> Refusal? {
    refusal(Array(text.utf8), limits: limits)
}

struct HeadParserTests {
    @Test func readsAHeadAndLeavesTheRest() throws {
        let text =
            "\r\n\r\nPUT /a?b HTTP/1.1\r\nHost: h:1\r\nX-A:  1 \t\r\nx-a:\r\nContent-Length: 3\r\n\r\nabcGET"
        let (head, rest) = try #require(try parseHead(Array(text.utf8)).get())
        #expect(head.method == .put)
        #expect(head.target == "/a?b")
        #expect(head.minorVersion == 1)
        #expect(head.headers.map(\.name) == ["Host", "X-A", "x-a", "Content-Length"])
        #expect(head.headers.map(\.value) == ["h:1", "1", "", "3"])
        #expect(head.framing == .length(3))
        #expect(head.keepsAlive)
        #expect(!head.expectsContinue)
        #expect(rest == "abcGET")
    }

    @Test func byteByByteIsTheSame() throws {
        let text = "\r\nGET /x HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n"
        var parser = HeadParser(limits: ServerLimits())
        var input = ByteBuffer()
        var heads = 0
        for _ in 0..<3 {
            for (index, byte) in text.utf8.enumerated() {
                input.writeInteger(byte)
                let head = try parser.parse(&input)
                #expect((head != nil) == (index == text.utf8.count - 1))
                if let head {
                    heads += 1
                    #expect(head.headers.count == 2)
                    #expect(input.readableBytes == 0)
                }
            }
        }
        #expect(heads == 3)
    }

    @Test(arguments: [
        "GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "get", "X-1_a.b~c!#$%&'*+^`|",
    ])
    func methodsAreTokens(_ name: String) throws {
        let head = try #require(try parseHead("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n"))
        #expect(head.method.name == name)
        #expect(head.method == HTTPMethod(name))
    }

    @Test(arguments: [
        ("GET / HTTP/2.0", 505), ("GET / HTTP/1.2", 505), ("GET / HTTP/0.9", 505), ("GET / HTTP/9.9", 505),
        ("GET / HTTP/1", 400), ("GET / HTTP/11.1", 400), ("GET / http/1.1", 400), ("GET / HTTQ/1.1", 400),
        ("GET / HTTP/1,1", 400), ("GET / HTTP/a.1", 400), ("GET / ", 400), ("GET /", 400), ("GET", 400),
        ("GET  / HTTP/1.1", 400), ("GET /  HTTP/1.1", 400), ("GET / HTTP/1.1 ", 400),
        (" GET / HTTP/1.1", 400),
        ("G@T / HTTP/1.1", 400), ("GET\t/ HTTP/1.1", 400), ("G\u{7F}T / HTTP/1.1", 400),
        ("(GET) / HTTP/1.1", 400),
        ("GET x HTTP/1.1", 400), ("GET ftp://a/ HTTP/1.1", 400), ("GET http:/// HTTP/1.1", 400),
        ("GET http://u@h/ HTTP/1.1", 400), ("GET * HTTP/1.1", 400), ("GET /a#b HTTP/1.1", 400),
        ("GET /a\u{1}b HTTP/1.1", 400), ("GET /a\u{0}b HTTP/1.1", 400), ("GET /a\u{7F} HTTP/1.1", 400),
        ("GET /a\tb HTTP/1.1", 400), ("CONNECT a:443 HTTP/1.1", 501), ("CONNECT / HTTP/1.1", 501),
        ("\u{16}\u{3}\u{1}\u{2}", 400),
    ])
    func badRequestLines(_ line: String, _ status: Int) {
        #expect(refusal(line + "\r\nHost: a\r\n\r\n")?.status == status)
    }

    @Test(arguments: [
        ("GET /ü%ff?x=ü HTTP/1.1", "/ü%ff?x=ü"), ("OPTIONS * HTTP/1.1", "*"),
        ("GET //a//b HTTP/1.1", "//a//b"),
        ("GET HTTP://h HTTP/1.1", "HTTP://h"), ("GET https://h:1?q HTTP/1.1", "https://h:1?q"),
        ("GET /\"<>\\^`{|} HTTP/1.1", "/\"<>\\^`{|}"),
    ])
    func goodTargets(_ line: String, _ target: String) throws {
        #expect(try parseHead(line + "\r\nHost: a\r\n\r\n")?.target == target)
    }

    @Test(arguments: [
        "\r\r\n\r\n", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\rG", "\r\r",
        "\r\r\nGET / HTTP/1.1\r\n\r\n",
    ])
    func strayCarriageReturnsAreRefused(_ text: String) {
        #expect(refusal(text) == .badMethod)
    }

    @Test func targetThatIsNotUTF8() {
        #expect(
            refusal(Array("GET /".utf8) + [0xFF] + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)) == .badTarget)
    }

    @Test(arguments: [
        "Host: a\nX: b\r\n\r\n", "Host: a\r\nX: b\n\r\n", "Host: a\r\n\n", "\nHost: a\r\n\r\n",
        "Host: a\r\n folded\r\n\r\n", "Host: a\r\n\tfolded\r\n\r\n", " X: a\r\nHost: a\r\n\r\n",
        "Host : a\r\n\r\n", "Host\t: a\r\n\r\n", ": a\r\nHost: a\r\n\r\n", "X\r\nHost: a\r\n\r\n",
        "X Y: a\r\nHost: a\r\n\r\n", "X\u{0}: a\r\nHost: a\r\n\r\n", "Xü: a\r\nHost: a\r\n\r\n",
        "X: a\u{0}b\r\nHost: a\r\n\r\n", "X: a\rb\r\nHost: a\r\n\r\n", "X: a\r\r\nHost: a\r\n\r\n",
        "X: a\u{7F}\r\nHost: a\r\n\r\n", "X: a\u{B}\r\nHost: a\r\n\r\n", "X(: a\r\nHost: a\r\n\r\n",
    ])
    func badFields(_ fields: String) {
        #expect(refusal("GET / HTTP/1.1\r\n" + fields)?.status == 400)
    }

    @Test(arguments: [
        "", "Host: a\r\nHost: a\r\n", "Host: a\r\nhOST: b\r\n", "Host: a b\r\n", "Host: a/b\r\n",
        "Host: u@a\r\n", "Host: a?b\r\n", "Host: a\"\r\n", "Host: ü\r\n",
    ])
    func badHosts(_ fields: String) {
        #expect(refusal("GET / HTTP/1.1\r\n" + fields + "\r\n") == .badHost)
    }

    @Test func hostsThatAreAllowed() throws {
        for host in ["", "a", "a.b-c_d~e:80", "[::1]:80", "%41", "127.0.0.1"] {
            #expect(try parseHead("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") != nil)
        }
        #expect(try parseHead("GET / HTTP/1.0\r\n\r\n") != nil)
        #expect(refusal("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n") == .badHost)
    }

    @Test(arguments: [
        ("Content-Length: +5", 400), ("Content-Length: -5", 400), ("Content-Length: 5 5", 400),
        ("Content-Length: 5,5", 400), ("Content-Length: 5, 6", 400), ("Content-Length: 0x5", 400),
        ("Content-Length: 5.0", 400), ("Content-Length: ", 400), ("Content-Length: five", 400),
        ("Content-Length: 9223372036854775808", 400), ("Content-Length: 18446744073709551621", 400),
        ("Content-Length: 99999999999999999999999999999999999", 400), ("Content-Length: ５", 400),
        ("Content-Length: 5\r\nContent-Length: 6", 400), ("Content-Length: 5\r\nContent-Length: 5", 400),
        ("Content-Length: 5\r\nTransfer-Encoding: chunked", 400),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5", 400),
        ("Transfer-Encoding: identity\r\nContent-Length: 5", 400),
        ("Transfer-Encoding: gzip", 501), ("Transfer-Encoding: gzip, chunked", 501),
        ("Transfer-Encoding: identity", 501), ("Transfer-Encoding: chunked;a=b", 501),
        ("Transfer-Encoding: xchunked", 501), ("Transfer-Encoding: \"chunked\"", 400),
        ("Transfer-Encoding: chunked, chunked", 400), ("Transfer-Encoding: chunked, gzip", 400),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip", 400), ("Transfer-Encoding: ", 400),
        ("Transfer-Encoding: ,chunked", 400), ("Transfer-Encoding: chunked,", 400),
    ])
    func badFraming(_ field: String, _ status: Int) {
        #expect(refusal("PUT / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n")?.status == status)
    }

    @Test(arguments: [
        ("100-continue", true), ("100-Continue ", true), ("magic, 100-continue", true),
        ("100-continue\r\nExpect: magic", true), ("200-ok", false), ("magic", false), ("", false),
        ("a=\"100-continue\"", false), ("100-continue;q=1", false),
    ])
    func otherExpectationsAreIgnored(_ value: String, _ asks: Bool) throws {
        let head = try parseHead(
            "PUT / HTTP/1.1\r\nHost: a\r\nExpect: \(value)\r\nContent-Length: 3\r\n\r\n")
        #expect(head?.expectsContinue == asks)
        #expect(head?.framing == .length(3))
    }

    @Test func framingOfOldVersions() throws {
        #expect(
            refusal("PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == .badTransferEncoding)
        let head = try parseHead("PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        #expect(head?.expectsContinue == false)
        #expect(head?.keepsAlive == false)
    }

    @Test(arguments: [
        ("Content-Length: 0", RequestHead.Framing.none), ("Content-Length: 007", .length(7)),
        ("Content-Length:\t 5 ", .length(5)), ("Content-Length: 9223372036854775807", .length(.max)),
        ("Transfer-Encoding: Chunked", .chunked), ("transfer-encoding: \tchunked ", .chunked),
        ("X: y", .none),
    ])
    func goodFraming(_ field: String, _ framing: RequestHead.Framing) throws {
        #expect(try parseHead("PUT / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n")?.framing == framing)
    }

    @Test(arguments: [
        ("close", false), ("Close", false), ("keep-alive, close", false), ("x ,\tclose", false),
        ("keep-alive", true), ("closed", true), ("", true), ("upgrade", true), ("cl ose", true),
    ])
    func persistence(_ value: String, _ keeps: Bool) throws {
        let head = try parseHead("GET / HTTP/1.1\r\nHost: a\r\nConnection: \(value)\r\n\r\n")
        #expect(head?.keepsAlive == keeps)
    }

    @Test func valuesKeepTheirBytes() throws {
        let line = Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8)
        let utf8 = try #require(try parseHead(line + Array("ü\r\n\r\n".utf8)).get()).head
        #expect(utf8.headers[first: "x"] == "ü")
        let latin = try #require(try parseHead(line + [0xFC, 0x41, 0x0D, 0x0A, 0x0D, 0x0A]).get()).head
        #expect(latin.headers[first: "x"] == "üA")
        #expect((0...1).map { latin.headers.isLatin1(at: $0) } == [false, true])
        #expect(!utf8.headers.isLatin1(at: 1))
        var fewer = latin.headers
        fewer.remove("host")
        #expect(fewer.isLatin1(at: 0) && !fewer.isLatin1(at: 1))
    }

    @Test func limits() throws {
        var limits = ServerLimits()
        limits.maxTargetBytes = 10
        limits.maxHeaderBytes = 200
        limits.maxHeaderCount = 3
        let host = "Host: a\r\n"
        #expect(try parseHead("GET /123456789 HTTP/1.1\r\n\(host)\r\n", limits: limits) != nil)
        #expect(refusal("GET /1234567890 HTTP/1.1\r\n\(host)\r\n", limits: limits) == .targetTooLong)
        #expect(refusal("GET /" + String(repeating: "a", count: 80), limits: limits) == .targetTooLong)
        #expect(try parseHead("GET / HTTP/1.1\r\n\(host)A: b\r\nA: b\r\n\r\n", limits: limits) != nil)
        #expect(
            refusal("GET / HTTP/1.1\r\n\(host)A: b\r\nA: b\r\nA: b\r\n", limits: limits) == .tooManyFields)
        let full = "GET / HTTP/1.1\r\n\(host)A: "
        let room = 200 - full.utf8.count - 4
        #expect(
            try parseHead(full + String(repeating: "x", count: room) + "\r\n\r\n", limits: limits) != nil)
        #expect(
            refusal(full + String(repeating: "x", count: room + 1) + "\r\n\r\n", limits: limits)
                == .headTooLarge)
        // Without an end in sight it is refused as soon as the limit is full.
        #expect(refusal(full + String(repeating: "x", count: room + 4), limits: limits) == .headTooLarge)
        #expect(try parseHead(full + String(repeating: "x", count: room + 3), limits: limits) == nil)
        #expect(refusal(String(repeating: "\r\n", count: 5), limits: limits) == .malformedRequestLine)
    }
}
