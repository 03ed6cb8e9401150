import HTTPServer
import Testing

@testable import DeliveryAPI

@Suite struct DeliveryQueryTests {
    @Test func nothing() throws {
        for raw in [nil, ""] as [String?] {
            let query = try DeliveryQuery(raw)
            #expect(!query.isSigned && !query.isAboutUpload && !query.isDownload && query.unknown == nil)
        }
    }

    @Test(arguments: [
        "expiry=1", "signature=x", "%73ignature=x", "a=b&signature", "Expiry=1&expiry=2",
        "expiry=1;method=get",
    ])
    func anyPartOfASignatureMakesItSigned(_ raw: String) throws {
        #expect(try DeliveryQuery(raw).isSigned)
    }

    @Test(arguments: ["Signature=x", "EXPIRY=1", "v=2", "x", "method=get"])
    func others(_ raw: String) throws {
        let query = try DeliveryQuery(raw)
        #expect(!query.isSigned && query.unknown != nil)
    }

    @Test func uploads() throws {
        #expect(try DeliveryQuery("upload").isAboutUpload)
        #expect(try DeliveryQuery("upload=&total=5").total == 5)
        #expect(try DeliveryQuery("total=9223372036854775807&upload").total == .max)
    }

    @Test(arguments: [
        "total=5", "upload&total", "upload&total=", "upload&total=-1", "upload&total=+1", "upload&total=1e3",
        "upload&total=9223372036854775808", "upload&upload", "upload&total=1&total=1", "download&download",
        "a=%", "a=%zz",
        "%ff", Array(repeating: "a=1", count: 33).joined(separator: "&"),
    ])
    func malformed(_ raw: String) {
        #expect(throws: Refusal.self) { try DeliveryQuery(raw) }
    }

    private func operation(_ method: HTTPMethod, _ query: String? = nil, range: String...) throws
        -> DeliveryOperation
    {
        let headers = HeaderFields(range.map { ("Content-Range", $0) })
        return try DeliveryOperation(
            HTTPRequest(method: method, target: "/a", headers: headers), DeliveryQuery(query))
    }

    @Test func operations() throws {
        #expect(try operation(.get) == .read)
        #expect(try operation(.head, "v=2") == .read)
        #expect(try operation(.get, "upload") == .uploadStatus(total: nil))
        #expect(try operation(.get, "upload&total=7") == .uploadStatus(total: 7))
        #expect(try operation(.put) == .put)
        #expect(try operation(.put, range: "bytes 0-9/10") == .putRange(first: 0, last: 9, total: 10))
        #expect(try operation(.put, range: "bytes=0-10/100") == .putRange(first: 0, last: 10, total: 100))
        #expect(try operation(.put, range: "bytes */10") == .uploadStatus(total: 10))
        #expect(try operation(.delete) == .delete)
        #expect(try operation(.delete, "upload&total=7") == .cancelUpload(total: 7))
    }

    @Test(arguments: [
        "bytes 0-1/2x", "0-1/2", "bytes 5-4/10", "bytes 0-9223372036854775808/9223372036854775809",
        "bytes 0-9/*", "bytes", "",
        "bytes 0-9", "bytes -1-3/10", "pages 0-9/10", "bytes */*", "bytes */", "bytes 0--1/0", "bytes 0-0/0",
        "bytes 10-10/10",
        "bytes 0-1/18446744073709551616", "bytes 0x0-1/2", "bytes +0-1/2", "bytes 0-1/2, bytes 2-3/4",
    ])
    func malformedRangesAreNeverAFullPut(_ field: String) {
        let refusal = #expect(throws: Refusal.self) { try operation(.put, range: field) }
        #expect(refusal?.status == 400)
    }

    @Test func twoRangesAreRefused() {
        #expect(throws: Refusal.self) { try operation(.put, range: "bytes 0-9/10", "bytes 0-9/10") }
    }

    @Test(arguments: ["uplaod", "uploadId=1&partNumber=2", "versionId=x"])
    func writesWithUnknownParametersAreRefused(_ query: String) throws {
        #expect(throws: Refusal.self) { try operation(.put, query) }
        #expect(throws: Refusal.self) { try operation(.delete, query) }
        #expect(try operation(.get, query) == .read)
    }

    @Test(arguments: [HTTPMethod.post, .patch, .other("TRACE"), .other("get"), .other("CONNECT")])
    func otherMethods(_ method: HTTPMethod) {
        let refusal = #expect(throws: Refusal.self) { try operation(method) }
        #expect(refusal?.status == 405)
        #expect(refusal?.headers.first?.0 == "Allow")
    }
}
