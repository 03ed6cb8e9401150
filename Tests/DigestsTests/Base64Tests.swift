import Digests
import Testing

/// RFC 4648 §10.
private let vectors = [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
]

@Suite struct Base64Tests {
    @Test(arguments: vectors)
    func publishedVectors(plain: String, encoded: String) {
        let bytes = Array(plain.utf8)
        let bare = String(encoded.prefix { $0 != "=" })
        #expect(Base64.encode(bytes) == encoded)
        #expect(Base64.decode(encoded) == bytes)
        #expect(Base64.encodeURL(bytes) == bare)
        #expect(Base64.decodeURL(bare) == bytes)
        #expect(Base64.decodeURL(encoded) == bytes)
    }

    @Test func theAlphabetsDifferInTwoCharacters() {
        let bytes: [UInt8] = [0xFB, 0xFF, 0xBF]
        #expect(Base64.encode(bytes) == "+/+/")
        #expect(Base64.encodeURL(bytes) == "-_-_")
        #expect(Base64.decode("-_-_") == nil)
        #expect(Base64.decodeURL("+/+/") == nil)
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zg==Zg==", "Zm9v=", "Zm9vYg=", "=", "==", "====", "Zg=g", "=Zg=", "Z===",
        "Zm9v\n", " Zm9", "Zm 9v===", "Zm9\u{0}", "Zm9é", "Zg==\n\n\n\n",
        // Bits that belong to no byte are set.
        "Zh==", "Zm9=",
    ])
    func onlyCanonicalText(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Z", "Zh", "Zm9", "Zg=", "Zg===", "Zm9v=", "Zm9v====", "=", "Zg ", "Zg==\n", "Zé=="])
    func onlyCanonicalTextForURLs(text: String) {
        #expect(Base64.decodeURL(text) == nil)
    }

    @Test func everyLengthRoundTrips() {
        var generator = SeededGenerator(seed: 6)
        for count in 0..<200 {
            let bytes = generator.bytes(count)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decodeURL(Base64.encodeURL(bytes)) == bytes)
        }
    }

    /// Whatever decodes is exactly what would be encoded.
    @Test func noTwoTextsForTheSameBytes() {
        var generator = SeededGenerator(seed: 8)
        let characters = Array("ABwxyz059+/-_= ")
        var decoded = 0
        for _ in 0..<20_000 {
            let text = String((0..<4).map { _ in characters.randomElement(using: &generator) ?? "A" })
            if let bytes = Base64.decode(text) {
                decoded += 1
                #expect(Base64.encode(bytes) == text)
            }
            if let bytes = Base64.decodeURL(text) {
                #expect(Base64.encodeURL(bytes) == String(text.prefix { $0 != "=" }))
            }
        }
        #expect(decoded > 1_000)
    }
}
