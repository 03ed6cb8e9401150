import HTTPServer
import Testing

struct ContentRangeTests {
    @Test(arguments: [
        ("bytes 0-0/1", ContentRange.bytes(first: 0, last: 0, total: 1)),
        ("bytes 0-16777215/100000000", .bytes(first: 0, last: 16_777_215, total: 100_000_000)),
        ("bytes=0-16777216/100000000", .bytes(first: 0, last: 16_777_216, total: 100_000_000)),
        ("bytes 5-10/10", .bytes(first: 5, last: 10, total: 10)),
        ("BYTES 1-2/3", .bytes(first: 1, last: 2, total: 3)),
        (" bytes  1-2/3 ", .bytes(first: 1, last: 2, total: 3)),
        ("bytes 0-9223372036854775806/9223372036854775807", .bytes(first: 0, last: .max - 1, total: .max)),
        ("bytes */10", .status(total: 10)), ("bytes */0", .status(total: 0)),
        ("bytes=*/7", .status(total: 7)),
    ])
    func parses(_ header: String, _ range: ContentRange) {
        #expect(parseContentRange(header) == range)
    }

    @Test(arguments: [
        "", "bytes", "bytes ", "bytes 0-1", "bytes 0-1/", "bytes 0-1/*", "bytes */*", "bytes 0-1/x", "0-1/2",
        "bytes 5-4/10", "bytes 0-11/10", "bytes 10-10/10", "bytes -1/2", "bytes -5-6/10", "bytes 0--1/2",
        "bytes +0-1/2", "bytes 0-1/+2", "bytes 0-1/2x", "bytes 0-1 /2", "bytes 0 -1/2", "bytes 0-1/ 2",
        "bytes:0-1/2", "items 0-1/2", "bytes0-1/2", "bytes 0x0-1/2", "bytes 0-1/2,3-4/5", "bytes 0.0-1/2",
        "bytes 0-18446744073709551616/18446744073709551617", "bytes 0-1/9223372036854775808", "bytes 0-0/0",
        "bytes 9223372036854775808-9223372036854775809/1", "bytes */-1", "bytes ** /1", "bytes == 0-1/2",
    ])
    func refuses(_ header: String) {
        #expect(parseContentRange(header) == nil)
    }

    @Test func mutations() {
        let corpus = [
            "bytes 0-99/100", "bytes=5-9/10", "bytes */77", "bytes 0-9223372036854775806/9223372036854775807",
        ]
        var mutator = Mutator(
            seed: 0xC0FFE4, pieces: ["bytes ", "=", "-", "/", "*", "0", "9", "99999999999999999999"])
        var parsed = 0
        for round in 0..<20_000 {
            let text = String(
                decoding: mutator.mutate(Array(corpus[round % corpus.count].utf8)), as: UTF8.self)
            switch parseContentRange(text) {
            case .bytes(let first, let last, let total):
                parsed += 1
                #expect(first >= 0 && first <= last && last <= total && first < total, "\(text)")
            case .status(let total):
                parsed += 1
                #expect(total >= 0)
            case nil: break
            }
        }
        #expect(parsed > 300)
    }
}
