import NIOCore
import Testing

@testable import HTTPServer

struct ResponsePlanTests {
    private func head(
        _ response: HTTPResponse, isHead: Bool = false, minorVersion: Int = 1, mayKeepAlive: Bool = true
    ) -> String {
        let plan = ResponsePlan(
            response, to: RequestFacts(isHead: isHead, minorVersion: minorVersion), mayKeepAlive: mayKeepAlive
        )
        return String(buffer: plan.makeHead(response.headers, date: "D", bodyCapacity: 0))
    }

    @Test func framingFields() {
        let bytes = ResponseBody.bytes(ByteBuffer(string: "hello"))
        let end = "Server: Coffer\r\nDate: D\r\n\r\n"
        #expect(
            head(HTTPResponse(status: 200, headers: ["A": "b"], body: bytes))
                == "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\n" + end)
        #expect(
            head(HTTPResponse(status: 201)) == "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n" + end)
        #expect(head(HTTPResponse(status: 204, body: bytes)) == "HTTP/1.1 204 No Content\r\n" + end)
        #expect(head(HTTPResponse(status: 304, body: bytes)) == "HTTP/1.1 304 Not Modified\r\n" + end)
        #expect(
            head(HTTPResponse(status: 206, body: .stream { _ in }))
                == "HTTP/1.1 206 Partial Content\r\nTransfer-Encoding: chunked\r\n" + end)
        #expect(
            head(HTTPResponse(status: 200, body: .stream { _ in }), minorVersion: 0)
                == "HTTP/1.1 200 OK\r\nConnection: close\r\n" + end)
        #expect(
            head(HTTPResponse(status: 200, body: bytes), minorVersion: 0)
                == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n" + end)
        #expect(
            head(HTTPResponse(status: 299, body: bytes), mayKeepAlive: false)
                == "HTTP/1.1 299 Unknown\r\nContent-Length: 5\r\nConnection: close\r\n" + end)
    }

    @Test func headTellsTheLengthOfTheBody() {
        let pieces = ResponseBody.pieces(length: 1_234_567_890_123) { nil }
        #expect(
            head(HTTPResponse(status: 200, body: pieces), isHead: true).contains(
                "Content-Length: 1234567890123\r\n"))
        #expect(
            head(HTTPResponse(status: 200, headLength: 77), isHead: true).contains("Content-Length: 77\r\n"))
        #expect(
            !head(HTTPResponse(status: 200, body: .stream { _ in }), isHead: true).contains("Content-Length"))
        #expect(!head(HTTPResponse(status: 200, body: .stream { _ in }), isHead: true).contains("chunked"))
    }

    @Test func framingFieldsOfHandlersAreDropped() {
        let response = HTTPResponse(
            status: 200,
            headers: [
                "content-length": "1", "Transfer-Encoding": "gzip", "CONNECTION": "x", "Date": "x",
                "Server": "x", "Keep-Alive": "x", "Upgrade": "x", "Trailer": "x", "X": "kept",
            ])
        #expect(
            head(response)
                == "HTTP/1.1 200 OK\r\nX: kept\r\nContent-Length: 0\r\nServer: Coffer\r\nDate: D\r\n\r\n")
    }

    @Test func valuesOfISO8859ComeOutAsTheyWent() {
        var headers: HeaderFields = ["A": "ü"]
        headers.add("B", "ü", isLatin1: true)
        // What has other characters can only be UTF-8.
        headers.add("C", "ü🜁", isLatin1: true)
        let plan = ResponsePlan(
            HTTPResponse(status: 200, headers: headers), to: RequestFacts(isHead: false, minorVersion: 1),
            mayKeepAlive: true)
        let head = Array(plan.makeHead(headers, date: "D", bodyCapacity: 0).readableBytesView)
        let wanted =
            Array("HTTP/1.1 200 OK\r\nA: ü\r\nB: ".utf8) + [0xFC] + Array("\r\nC: ü🜁\r\n".utf8)
        #expect(head.starts(with: wanted))
    }

    @Test(arguments: [
        ("X", "a\r\nSet-Cookie: b"), ("X", "a\rb"), ("X", "a\nb"), ("X", "a\u{0}b"), ("X", "\u{7F}"),
        ("", "a"),
        ("X Y", "a"), ("X:", "a"), ("X\r\nY", "a"), ("Xü", "a"),
    ])
    func splittingFieldsCannotBeWritten(_ name: String, _ value: String) {
        #expect(!ResponsePlan.isWritable(HTTPResponse(status: 200, headers: HeaderFields([(name, value)]))))
    }

    @Test func statusesThatCannotBeWritten() {
        for status in [-1, 0, 100, 101, 199, 600, 1000] {
            #expect(!ResponsePlan.isWritable(HTTPResponse(status: status)))
        }
        for status in [200, 299, 404, 599] { #expect(ResponsePlan.isWritable(HTTPResponse(status: status))) }
        #expect(
            ResponsePlan.isWritable(HTTPResponse(status: 200, headers: ["X": "tab\tand ü", "Y": ""])))
        #expect(!ResponsePlan.isWritable(HTTPResponse(status: 200, body: .pieces(length: -1) { nil })))
    }
}
