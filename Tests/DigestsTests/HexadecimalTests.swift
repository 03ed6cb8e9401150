import Digests
import Testing

@Suite struct HexadecimalTests {
    @Test func everyByte() {
        let bytes = [UInt8](0...255)
        let text = hexEncode(bytes)
        #expect(text.hasPrefix("000102030405060708090a0b0c0d0e0f10"))
        #expect(text.hasSuffix("fdfeff"))
        #expect(hexDecode(text) == bytes)
        #expect(hexDecode(text.uppercased()) == bytes)
        #expect(hexDecode(text.dropFirst(2)) == Array(bytes.dropFirst()))
    }

    @Test func nothing() {
        #expect(hexEncode([]) == "")
        #expect(hexDecode("") == [])
    }

    @Test(arguments: [
        "0", "0g", "g0", " 0", "0x", "00 ", "é", "00\n0", "+1", "-1", "/0", ":0", "@0", "`0", "٣٣",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(hexDecode(text) == nil)
    }
}
