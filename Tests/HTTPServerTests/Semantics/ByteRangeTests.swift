import HTTPServer
import Testing

struct ByteRangeTests {
    @Test(
        arguments: [
            ("bytes=0-0", [0..<1]), ("bytes=0-99", [0..<100]), ("bytes=0-", [0..<100]),
            ("bytes=99-", [99..<100]),
            ("bytes=10-20", [10..<21]), ("bytes=90-1000", [90..<100]), ("bytes=-1", [99..<100]),
            ("bytes=-100", [0..<100]), ("bytes=-1000", [0..<100]), ("BYTES=1-2", [1..<3]),
            ("bytes=0-99999999999999999999999", [0..<100]), ("bytes=-99999999999999999999999", [0..<100]),
            ("bytes=1-2,5-6", [1..<3, 5..<7]), ("bytes= 1-2 ,\t5-6 ", [1..<3, 5..<7]),
            ("bytes=,1-2,,5-6,", [1..<3, 5..<7]),
            ("bytes=5-6,1-2", [5..<7, 1..<3]), ("bytes=1-2,200-300", [1..<3]), ("bytes=1-2,-0", [1..<3]),
            ("bytes=0-49,50-99", [0..<50, 50..<100]), ("bytes=00-05", [0..<6]),
        ] as [(String, [Range<Int64>])])
    func satisfiable(_ header: String, _ ranges: [Range<Int64>]) {
        #expect(parseRange(header, length: 100) == .satisfiable(ranges))
    }

    @Test(arguments: [
        "bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-", "bytes=100-,200-300",
        "bytes=99999999999999999999-99999999999999999999",
    ])
    func unsatisfiable(_ header: String) {
        #expect(parseRange(header, length: 100) == .unsatisfiable)
    }

    @Test(arguments: [
        "", "bytes", "bytes=", "bytes=,", "bytes=-", "bytes=a-b", "bytes=1-2-3", "bytes=2-1", "bytes 1-2",
        "items=0-1", "bytes=1", "bytes=1-2;", "bytes=1-2 3-4", "bytes=+1-2", "bytes=1-+2", "bytes=0x1-2",
        "bytes=1 -2", "bytes=1- 2", "bytes=--1", "bytes=1-2,x", "bytes:1-2", "bytes =1-2", "bytes=1.0-2",
        "bytes=0-99,0-99", "bytes=0-,0-,0-", "bytes=0-98,1-2", "bytes=5-4,1-2",
    ])
    func ignored(_ header: String) {
        #expect(parseRange(header, length: 100) == .ignored)
    }

    @Test func nothingOfNothing() {
        #expect(parseRange("bytes=0-", length: 0) == .unsatisfiable)
        #expect(parseRange("bytes=-5", length: 0) == .unsatisfiable)
        #expect(parseRange("bytes=40-50", length: 0) == .unsatisfiable)
    }

    @Test func largestLengths() {
        #expect(parseRange("bytes=0-", length: .max) == .satisfiable([0..<Int64.max]))
        #expect(
            parseRange("bytes=9223372036854775806-9223372036854775807", length: .max)
                == .satisfiable([Int64.max - 1..<Int64.max]))
        #expect(parseRange("bytes=0-9223372036854775806,0-0", length: .max) == .ignored)
    }

    @Test func countHasALimit() {
        let many = (0..<maxRangeCount).map { "\($0 * 2)-\($0 * 2)" }
        guard case .satisfiable(let ranges) = parseRange("bytes=" + many.joined(separator: ","), length: 1000)
        else {
            Issue.record("as many as allowed are taken")
            return
        }
        #expect(ranges.count == maxRangeCount)
        #expect(parseRange("bytes=" + (many + ["0-0"]).joined(separator: ","), length: 1000) == .ignored)
    }

    @Test func mutations() {
        let corpus = ["bytes=0-99", "bytes=-5", "bytes=5-", "bytes=1-2,5-6,-3", "bytes=9223372036854775806-"]
        var mutator = Mutator(
            seed: 0xC0FFE3,
            pieces: ["bytes=", "-", ",", " ", "0", "9", "9223372036854775807", "18446744073709551616"])
        var satisfied = 0
        for round in 0..<20_000 {
            let text = String(
                decoding: mutator.mutate(Array(corpus[round % corpus.count].utf8)), as: UTF8.self)
            let length = Int64([0, 1, 100, 1 << 40, Int64.max][round / 5 % 5])
            guard case .satisfiable(let ranges) = parseRange(text, length: length) else { continue }
            satisfied += 1
            #expect(!ranges.isEmpty && ranges.count <= maxRangeCount)
            for range in ranges {
                #expect(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= length, "\(text)")
            }
        }
        #expect(satisfied > 300)
    }
}
