import Files
import Foundation
import Testing

@Suite struct JSONWriterTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func commasStandBetweenValuesOnly() {
        let written = text { json in
            json.beginObject()
            json.member("a", 1)
            json.name("b")
            json.beginArray()
            json.beginObject()
            json.endObject()
            json.string("x")
            json.null()
            json.beginArray()
            json.endArray()
            json.endArray()
            json.member("c", false)
            json.endObject()
        }
        #expect(written == #"{"a":1,"b":[{},"x",null,[]],"c":false}"#)
    }

    @Test(arguments: [
        "", "plain", "\"\\/", "\u{0}\u{1}\u{1F}\u{7F}", "\n\r\t", "</script>&", "ü📦\u{2028}\u{FFFD}",
        "e\u{301}",
    ])
    func aReaderGivesTheStringBack(_ value: String) throws {
        let written = text { json in
            json.beginArray()
            json.string(value)
            json.endArray()
        }
        let read = try #require(JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String])
        #expect(Array(read[0].utf8) == Array(value.utf8))
        #expect(!written.contains("<"))
        #expect(written.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }

    @Test func bytesThatAreNotTextAreReplaced() {
        let written = text { $0.string(bytes: [0x61, 0xFF, 0x62]) }
        #expect(written == "\"a\u{FFFD}b\"")
    }

    @Test func numbersKeepAllTheirDigits() {
        let written = text { json in
            json.beginArray()
            json.integer(Int64.max)
            json.integer(Int64.min)
            json.endArray()
        }
        #expect(written == "[9223372036854775807,-9223372036854775808]")
    }
}
