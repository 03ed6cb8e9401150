import Testing
import XML

private let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

private func written(_ write: (inout XMLWriter) -> Void) -> String {
    var writer = XMLWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
}

/// What the reader must give back for a text: itself, with U+FFFD for what XML 1.0 cannot hold (§2.2).
private func readable(_ text: String) -> [UInt8] {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF: scalars.append(scalar)
        default: scalars.append("\u{FFFD}")
        }
    }
    return Array(String(scalars).utf8)
}

/// Every control character, the ends of each range of XML's characters, and what has a meaning in XML.
private let nastyScalars: [Unicode.Scalar] =
    (0...0x20).compactMap { Unicode.Scalar($0 as UInt32) }
    + [
        0x7F, 0x80, 0x85, 0x9F, 0xA0, 0x2028, 0xD7FF, 0xE000, 0xEFFF, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF,
        0x1_0000,
        0x1_FFFE, 0x10_FFFF, 0x301, 0x5D0, 0x202E,
    ].compactMap { Unicode.Scalar($0 as UInt32) } + Array("&<>\"'];:/=!?-#xA é空".unicodeScalars)

@Suite struct XMLWriterTests {
    @Test func aDocument() {
        let text = written { writer in
            writer.open("ListBucketResult", ("xmlns", "http://s3.amazonaws.com/doc/2006-03-01/"), ("a", "1"))
            writer.element("Name", "bucket")
            writer.element("MaxKeys", 1_000)
            writer.element("Size", Int64.max)
            writer.element("IsTruncated", false)
            writer.empty("Prefix")
            writer.empty("Owner", ("type", "none"))
            writer.open("Contents")
            writer.element("Key", utf8: [0x61, 0x2F, 0xC3, 0xA9])
            writer.element("ETag", "\"0c\"")
            writer.text("1 < 2")
            writer.close()
            writer.close()
        }
        #expect(
            text == declaration
                + "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\" a=\"1\"><Name>bucket</Name>"
                + "<MaxKeys>1000</MaxKeys><Size>9223372036854775807</Size><IsTruncated>false</IsTruncated><Prefix/>"
                + "<Owner type=\"none\"/><Contents><Key>a/é</Key><ETag>&quot;0c&quot;</ETag>1 &lt; 2</Contents>"
                + "</ListBucketResult>")
    }

    @Test func whatIsEscapedInText() {
        #expect(
            written { $0.element("a", "&amp; <b> \"c\" 'd' ]]> \t\n\r\u{7F}\u{85}") } == declaration
                + "<a>&amp;amp; &lt;b&gt; &quot;c&quot; 'd' ]]&gt; \t\n&#13;\u{7F}\u{85}</a>")
        #expect(
            written { $0.element("a", "\u{0}1\u{1F}\u{FFFE}\u{FFFF}\u{FFFD}\u{F000}") }
                == declaration + "<a>\u{FFFD}1\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{F000}</a>")
    }

    @Test func whatIsEscapedInAttributes() {
        #expect(
            written { $0.empty("a", ("b", "<&>\"'\t\n\r\u{1}")) } == declaration
                + "<a b=\"&lt;&amp;&gt;&quot;'&#9;&#10;&#13;\u{FFFD}\"/>")
    }

    @Test func bytesThatAreNotUTF8() throws {
        let bad: [[UInt8]] = [
            [0xFF], [0x61, 0xC3], [0xE2, 0x82, 0x61], [0xED, 0xA0, 0x80], [0xEF, 0xBF], [0xEF],
            [0xF0, 0x9F, 0x98],
            [0xEF, 0xBF, 0xBE], [0x80, 0x3C, 0x26], [0xC0, 0x80], [0, 0xFF],
        ]
        for bytes in bad {
            var writer = XMLWriter()
            writer.element("a", utf8: bytes)
            let expected = readable(String(decoding: bytes, as: UTF8.self))
            #expect(Array(try parseXML(writer.bytes).text.utf8) == expected)
            #expect(String(decoding: expected, as: UTF8.self).unicodeScalars.contains("\u{FFFD}"))
        }
    }

    @Test func textInBytes() {
        let text = written { writer in
            writer.open("a")
            writer.element("b", utf8: Array("x&y".utf8))
            writer.element("b", utf8: Array("yé".utf8))
            writer.element("b", utf8: [])
            writer.element("b", plain: Array("2026-11-23".utf8).span)
            writer.element("b", plainInQuotes: Array("tag".utf8).span)
            writer.close()
        }
        #expect(
            text == declaration
                + "<a><b>x&amp;y</b><b>yé</b><b></b><b>2026-11-23</b><b>&quot;tag&quot;</b></a>")
    }

    /// However little room there was in the beginning.
    @Test func aDocumentGrows() throws {
        var writer = XMLWriter(reservingCapacity: 0)
        writer.open("root")
        for number in 0..<3_000 { writer.element("n", number) }
        writer.element("long", String(repeating: "x", count: 100_000))
        writer.close()
        let root = try parseXML(writer.bytes)
        #expect(root.children.count == 3_001)
        #expect(root.children[2_999].text == "2999")
        #expect(root.text(of: "long")?.utf8.count == 100_000)
        #expect(writer.withBytes { Array($0) } == writer.bytes)
    }

    @Test func nastyTextComesBackThroughTheReader() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            var scalars = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...30, using: &generator) {
                scalars.append(nastyScalars[Int.random(in: 0..<nastyScalars.count, using: &generator)])
            }
            let text = String(scalars)
            var writer = XMLWriter()
            writer.open("root", ("text", text))
            writer.element("text", text)
            writer.element("bytes", utf8: Array(text.utf8))
            writer.close()
            let root = try parseXML(writer.bytes)
            #expect(root.attribute("text").map { Array($0.utf8) } == readable(text))
            #expect(root.text(of: "text").map { Array($0.utf8) } == readable(text))
            #expect(root.text(of: "bytes").map { Array($0.utf8) } == readable(text))
        }
    }

    @Test func randomBytesComeBackThroughTheReader() throws {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<2_000 {
            let bytes = generator.bytes(Int.random(in: 0...40, using: &generator))
            var writer = XMLWriter()
            writer.element("key", utf8: bytes)
            #expect(
                Array(try parseXML(writer.bytes).text.utf8)
                    == readable(String(decoding: bytes, as: UTF8.self)))
        }
    }

    @Test func closingWhatIsNotOpenStopsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            var writer = XMLWriter()
            writer.close()
        }
    }
}
