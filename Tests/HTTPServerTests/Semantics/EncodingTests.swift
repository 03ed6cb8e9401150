import HTTPServer
import Testing

struct EncodingTests {
    @Test func percentDecoding() {
        #expect(percentDecode("") == [])
        #expect(percentDecode("a%20b+c") == Array("a b+c".utf8))
        #expect(percentDecode("%e4%B8%ADü") == [0xE4, 0xB8, 0xAD, 0xC3, 0xBC])
        #expect(percentDecode("%00%ff%25") == [0x00, 0xFF, 0x25])
        #expect(percentDecode("x%41"[...].dropFirst()) == [0x41])
        for bad in ["%", "%4", "%%", "%4g", "%g4", "a%", "a%2", "%+1", "% 1", "%%41", "abc%zz"] {
            #expect(percentDecode(bad) == nil, "\(bad)")
        }
    }

    @Test func percentEncoding() {
        let all = (0...255).map { UInt8($0) }
        let encoded = percentEncode(all, keepingSlash: false)
        #expect(percentDecode(encoded) == all)
        #expect(encoded.contains("%2F"))
        #expect(percentEncode(Array("a/b c~._-+*ü".utf8), keepingSlash: true) == "a/b%20c~._-%2B%2A%C3%BC")
        #expect(percentEncode([0x2F], keepingSlash: false) == "%2F")
    }

    @Test func roundTrips() {
        var generator = SeededGenerator(seed: 0xC0FFE8)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            #expect(
                percentDecode(percentEncode(bytes, keepingSlash: Bool.random(using: &generator))) == bytes)
        }
    }

    private func query(_ raw: String, plusIsSpace: Bool = false, limit: Int = 10) -> [String]? {
        parseQuery(raw, plusIsSpace: plusIsSpace, limit: limit)?.map { name, value in
            value.map { "\(name)=\($0)" } ?? name
        }
    }

    @Test func queries() {
        #expect(query("") == [])
        #expect(query("a=1&b=2&a=3") == ["a=1", "b=2", "a=3"])
        #expect(query("uploads&x=&y") == ["uploads", "x=", "y"])
        #expect(query("&&a=1&&") == ["a=1"])
        #expect(query("a=b=c") == ["a=b=c"])
        #expect(query("=v") == ["=v"])
        #expect(query("%61%3D=%26+") == ["a==&+"])
        #expect(query("a=x+y", plusIsSpace: true) == ["a=x y"])
        #expect(query("a=%2B", plusIsSpace: true) == ["a=+"])
        #expect(query("ü=ü") == ["ü=ü"])
        for bad in ["a=%", "%zz=1", "a=%ff", "%c3%28", "a=1&b=%1"] { #expect(query(bad) == nil, "\(bad)") }
    }

    @Test func queriesHaveALimit() {
        #expect(query("a&b&c", limit: 3)?.count == 3)
        #expect(query("a&b&c&d", limit: 3) == nil)
        #expect(query("a&&&&&b", limit: 2)?.count == 2)
    }

    @Test func queryMutations() {
        var mutator = Mutator(seed: 0xC0FFE9, pieces: ["&", "=", "%", "%41", "+", "%00", "%C3%BC", "%FF"])
        var parsed = 0
        for _ in 0..<20_000 {
            let raw = String(
                decoding: mutator.mutate(Array("a=1&prefix=x%2Fy&list-type".utf8)), as: UTF8.self)
            guard let items = parseQuery(raw, plusIsSpace: false, limit: 50) else { continue }
            parsed += 1
            // Written again and read again it is the same.
            let written = items.map { name, value in
                let name = percentEncode(name.utf8, keepingSlash: false)
                return value.map { name + "=" + percentEncode($0.utf8, keepingSlash: false) } ?? name
            }.joined(separator: "&")
            let again = parseQuery(written, plusIsSpace: false, limit: 50) ?? []
            let kept = items.filter { !($0.name.isEmpty && $0.value == nil) }
            #expect(again.count == kept.count, "\(raw)")
            #expect(zip(again, kept).allSatisfy { $0.name == $1.name && $0.value == $1.value }, "\(raw)")
        }
        #expect(parsed > 1000)
    }

    @Test func headerFields() {
        var fields: HeaderFields = ["A": "1", "b": "2", "a": "3"]
        #expect(fields[first: "a"] == "1")
        #expect(fields.values("A") == ["1", "3"])
        #expect(fields.contains("B"))
        fields.set("A", "9")
        #expect(fields == ["b": "2", "A": "9"])
        fields.add("B", "4")
        fields.remove("b")
        #expect(fields.map(\.value) == ["9"])
        #expect(!fields.contains("AA"))
        // The Kelvin sign is no k, although Unicode folds it to one.
        #expect(!fields.contains("\u{212A}"))
        #expect(HeaderFields([("k", "1")])[first: "\u{212A}"] == nil)
    }

    @Test func targets() {
        for (target, path, query, host) in [
            ("/", "/", nil, "h"), ("/a?b?c", "/a", "b?c", "h"), ("/a?", "/a", "", "h"), ("*", "*", nil, "h"),
            ("http://X:1", "/", nil, "x:1"), ("HTTPS://x?q", "/", "q", "x"),
            ("http://x/a%2F?q", "/a%2F", "q", "x"),
            ("//x/y", "//x/y", nil, "h"),
        ] as [(String, String, String?, String)] {
            let request = HTTPRequest(target: target, headers: ["Host": "H"])
            #expect(request.rawPath == path)
            #expect(request.rawQuery == query)
            #expect(request.host == host)
        }
    }
}
