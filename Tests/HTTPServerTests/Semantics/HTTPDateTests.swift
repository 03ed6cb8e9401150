import Glibc
import Testing

@testable import HTTPServer

struct HTTPDateTests {
    /// A day in 2026.
    private let now: Int64 = 1_795_406_571

    @Test(
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (Int64.max, "Fri, 31 Dec 9999 23:59:59 GMT"), (Int64.min, "Sat, 01 Jan 0000 00:00:00 GMT"),
            (1_795_406_571, "Mon, 23 Nov 2026 04:02:51 GMT"),
        ] as [(Int64, String)])
    func formats(_ seconds: Int64, _ text: String) {
        #expect(HTTPDate.format(seconds) == text)
    }

    @Test func agreesWithTheSystem() {
        var generator = SeededGenerator(seed: 0xC0FFE5)
        for _ in 0..<2000 {
            let seconds = Int64.random(in: -2_000_000_000...20_000_000_000, using: &generator)
            var time = time_t(seconds)
            var parts = tm()
            gmtime_r(&time, &parts)
            var buffer = [CChar](repeating: 0, count: 64)
            let count = strftime(&buffer, 64, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            let expected = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
            #expect(HTTPDate.format(seconds) == expected)
            #expect(HTTPDate.parse(expected) == seconds)
        }
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        " Sun, 06 Nov 1994 08:49:37 GMT ",
    ])
    func readsThreeForms(_ text: String) {
        #expect(HTTPDate.parse(text, now: now) == 784_111_777)
    }

    @Test func yearsOfTwoDigits() {
        #expect(HTTPDate.parse("Monday, 23-Nov-26 04:02:51 GMT", now: now) == now)
        // 2076 is 50 years ahead and stays; 2077 is more and becomes 1977.
        #expect(HTTPDate.parse("Monday, 01-Jan-76 00:00:00 GMT", now: now) == 3_345_062_400)
        #expect(HTTPDate.parse("Saturday, 01-Jan-77 00:00:00 GMT", now: now) == 220_924_800)
    }

    @Test(arguments: [
        "", "x", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT", "Sun,06 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT x", "Sun, 06 Nov 19944 08:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT",
        "Son, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z", "784111777", "Sun Nov 06 08:49:37 94",
        "Sun Nov   6 08:49:37 1994", "Sunday, 06 Nov 1994 08:49:37 GMT", "Sun, 29 Feb 1900 00:00:00 GMT",
    ])
    func refuses(_ text: String) {
        #expect(HTTPDate.parse(text, now: now) == nil)
    }

    @Test func mutations() {
        let corpus = [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        ]
        var mutator = Mutator(seed: 0xC0FFE6, pieces: ["0", "99", " ", ":", "Feb", "GMT", "-", ","])
        var parsed = 0
        for round in 0..<20_000 {
            let text = String(decoding: mutator.mutate(Array(corpus[round % 3].utf8)), as: UTF8.self)
            guard let seconds = HTTPDate.parse(text, now: now) else { continue }
            parsed += 1
            // What was read can be written and read again.
            #expect(HTTPDate.parse(HTTPDate.format(seconds), now: now) == seconds, "\(text)")
        }
        #expect(parsed > 100)
    }
}
