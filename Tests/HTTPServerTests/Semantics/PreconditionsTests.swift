import HTTPServer
import Testing

struct PreconditionsTests {
    private let validators = Validators(etag: "v1", lastModified: 784_111_777)
    private static let then = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let before = "Sun, 06 Nov 1994 08:49:36 GMT"
    private static let after = "Sun, 06 Nov 1994 08:49:38 GMT"

    struct Row: Sendable {
        var fields: [(String, String)]
        var read: PreconditionResult
        var write: PreconditionResult
        /// Nothing exists at the target.
        var readNothing: PreconditionResult
        var writeNothing: PreconditionResult

        init(
            _ fields: [(String, String)], _ read: PreconditionResult, _ write: PreconditionResult,
            _ readNothing: PreconditionResult, _ writeNothing: PreconditionResult
        ) {
            self.fields = fields
            self.read = read
            self.write = write
            self.readNothing = readNothing
            self.writeNothing = writeNothing
        }
    }

    /// RFC 9110 section 13.2.2, row by row.
    static let table: [Row] = [
        Row([], .proceed, .proceed, .proceed, .proceed),
        Row([("If-Match", "\"v1\"")], .proceed, .proceed, .failed, .failed),
        Row([("If-Match", "v1")], .proceed, .proceed, .failed, .failed),
        Row([("If-Match", "\"v2\"")], .failed, .failed, .failed, .failed),
        Row([("If-Match", "*")], .proceed, .proceed, .failed, .failed),
        Row([("If-Match", "W/\"v1\"")], .failed, .failed, .failed, .failed),
        Row([("If-Match", "\"v2\", \"v,3\" ,\"v1\"")], .proceed, .proceed, .failed, .failed),
        Row([("If-Match", "\"v2\""), ("If-Match", "\"v1\"")], .proceed, .proceed, .failed, .failed),
        Row([("If-Match", "")], .failed, .failed, .failed, .failed),
        Row([("If-Match", "\"v1")], .failed, .failed, .failed, .failed),
        Row([("If-Match", "\"V1\"")], .failed, .failed, .failed, .failed),
        Row([("If-Unmodified-Since", then)], .proceed, .proceed, .proceed, .proceed),
        Row([("If-Unmodified-Since", after)], .proceed, .proceed, .proceed, .proceed),
        Row([("If-Unmodified-Since", before)], .failed, .failed, .proceed, .proceed),
        Row([("If-Unmodified-Since", "nonsense")], .proceed, .proceed, .proceed, .proceed),
        // If-Match present: If-Unmodified-Since is not looked at.
        Row([("If-Match", "\"v1\""), ("If-Unmodified-Since", before)], .proceed, .proceed, .failed, .failed),
        Row([("If-Match", "\"v2\""), ("If-Unmodified-Since", then)], .failed, .failed, .failed, .failed),
        Row([("If-None-Match", "\"v1\"")], .notModified, .failed, .proceed, .proceed),
        Row([("If-None-Match", "W/\"v1\"")], .notModified, .failed, .proceed, .proceed),
        Row([("If-None-Match", "v1")], .notModified, .failed, .proceed, .proceed),
        Row([("If-None-Match", "\"v2\", W/\"v1\"")], .notModified, .failed, .proceed, .proceed),
        Row([("If-None-Match", "\"v2\"")], .proceed, .proceed, .proceed, .proceed),
        Row([("If-None-Match", "*")], .notModified, .failed, .proceed, .proceed),
        Row([("If-None-Match", "\"*\"")], .proceed, .proceed, .proceed, .proceed),
        Row([("If-Modified-Since", then)], .notModified, .proceed, .proceed, .proceed),
        Row([("If-Modified-Since", after)], .notModified, .proceed, .proceed, .proceed),
        Row([("If-Modified-Since", before)], .proceed, .proceed, .proceed, .proceed),
        Row([("If-Modified-Since", "nonsense")], .proceed, .proceed, .proceed, .proceed),
        // If-None-Match present: If-Modified-Since is not looked at.
        Row(
            [("If-None-Match", "\"v2\""), ("If-Modified-Since", then)], .proceed, .proceed, .proceed, .proceed
        ),
        Row(
            [("If-None-Match", "\"v1\""), ("If-Modified-Since", before)], .notModified, .failed, .proceed,
            .proceed),
        // A failed If-Match comes before everything else.
        Row([("If-None-Match", "\"v1\""), ("If-Match", "\"v2\"")], .failed, .failed, .failed, .failed),
        Row([("If-None-Match", "\"v1\""), ("If-Match", "\"v1\"")], .notModified, .failed, .failed, .failed),
        Row(
            [("If-None-Match", "\"v1\""), ("If-Unmodified-Since", before)], .failed, .failed, .proceed,
            .proceed),
    ]

    @Test(arguments: table.indices)
    func evaluates(_ index: Int) {
        let row = Self.table[index]
        let fields = HeaderFields(row.fields)
        #expect(evaluatePreconditions(fields, isRead: true, validators: validators) == row.read)
        #expect(evaluatePreconditions(fields, isRead: false, validators: validators) == row.write)
        #expect(evaluatePreconditions(fields, isRead: true, validators: nil) == row.readNothing)
        #expect(evaluatePreconditions(fields, isRead: false, validators: nil) == row.writeNothing)
    }

    @Test(arguments: [
        ("\"v1\"", true), (" \"v1\" ", true), ("v1", true), ("W/\"v1\"", false), ("\"v2\"", false),
        ("*", false),
        ("", false), ("\"v1", false), ("\"v1\", \"v2\"", false), (then, true), (before, false),
        (after, false),
        ("Sunday, 06-Nov-94 08:49:37 GMT", true),
    ])
    func ifRange(_ header: String, _ matches: Bool) {
        #expect(ifRangeMatches(header, validators: validators) == matches)
    }

    @Test func mutations() {
        let corpus = ["\"v1\"", "W/\"v1\", \"v2\"", "*", "\"a\", \"b\",\"v1\"", Self.then]
        var mutator = Mutator(seed: 0xC0FFE7, pieces: ["\"", ",", "W/", "*", "v1", " "])
        for round in 0..<10_000 {
            let text = String(
                decoding: mutator.mutate(Array(corpus[round % corpus.count].utf8)), as: UTF8.self)
            // The opposite questions have opposite answers, as far as the tags are strong.
            let match = evaluatePreconditions(["If-Match": text], isRead: false, validators: validators)
            let none = evaluatePreconditions(["If-None-Match": text], isRead: false, validators: validators)
            if match == .proceed { #expect(none == .failed, "\(text)") }
            _ = ifRangeMatches(text, validators: validators)
        }
    }
}
