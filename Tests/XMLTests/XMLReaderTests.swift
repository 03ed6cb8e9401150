import Testing
import XML

private func read(_ text: String) throws -> XMLElement {
    try parseXML(Array(text.utf8))
}

private let s3 = "http://s3.amazonaws.com/doc/2006-03-01/"

@Suite struct XMLReaderTests {
    @Test func completion() throws {
        let root = try read(Corpus.completeMultipartUpload)
        #expect(root.name == "CompleteMultipartUpload")
        #expect(root.namespace == s3)
        #expect(root.attributes.isEmpty)
        let parts = root.all("Part")
        #expect(parts.count == 2)
        #expect(parts[0].text(of: "ETag") == "\"a54357aff0632cce46d942af68356b38\"")
        #expect(parts[0].text(of: "PartNumber") == "1")
        #expect(parts[0].text(of: "ChecksumCRC32C") == nil)
        #expect(parts[1].first("ChecksumCRC32C")?.text == "yZRlqg==")
        #expect(parts[1].first("ChecksumCRC32C")?.namespace == s3)
    }

    @Test func keysAreExact() throws {
        let keys = try read(Corpus.delete).all("Object").map { $0.text(of: "Key").map { Array($0.utf8) } }
        #expect(
            keys == [
                Array("folder/ä ö & <b>.txt".utf8), Array("line\nfeed\r\tand tab".utf8), Array(" 空白 ".utf8),
            ])
    }

    /// Two spellings that Swift's `==` holds for equal are different keys.
    @Test func textIsNotNormalised() throws {
        let composed = try read("<a>\u{E9}</a>").text
        let decomposed = try read("<a>e\u{301}</a>").text
        #expect(Array(composed.utf8) == [0xC3, 0xA9])
        #expect(Array(decomposed.utf8) == [0x65, 0xCC, 0x81])
    }

    @Test func attributesAndNamespaces() throws {
        let policy = try read(Corpus.accessControl)
        let grantee = try #require(policy.first("AccessControlList")?.first("Grant")?.first("Grantee"))
        #expect(grantee.attribute("type") == "Group")
        #expect(grantee.attributes.count == 1)
        #expect(grantee.attribute("xsi") == nil)
        #expect(grantee.namespace == s3)
    }

    @Test func allTheSyntaxThereIs() throws {
        let root = try read(Corpus.unusual)
        #expect(root.name == "a")
        #expect(root.namespace == "urn:s")
        #expect(root.attributes.map(\.name) == ["one", "two"])
        #expect(root.attribute("one") == "1 \" \"")
        #expect(root.attribute("two") == "A\n\u{1F600}")
        #expect(root.text == "textmore ]] >")
        #expect(root.children.map(\.name) == ["b", "c"])
        #expect(root.children.map(\.namespace) == ["urn:d", "urn:other"])
        #expect(root.children.map(\.text) == ["", "\u{1F600}"])
    }

    @Test func whiteSpaceIsKept() throws {
        let root = try read("<a> \n <b> </b>\t<c>\n</c> </a>")
        #expect(root.text == " \n \t ")
        #expect(root.children.map(\.text) == [" ", "\n"])
    }

    /// XML 1.0 §2.11: line ends become line feeds; only a reference keeps a carriage return.
    @Test func lineEnds() throws {
        #expect(Array(try read("<a>1\r\n2\r3&#13;&#xD;\n</a>").text.utf8) == Array("1\n2\n3\r\r\n".utf8))
    }

    @Test func ampersandsInAttributes() throws {
        let root = try read(
            ##"<a b="&amp;" c="&#38;#38;x" d="&amp;#38;&amp;amp;" e="1&lt;2&gt;&#38;&apos;"/>"##)
        #expect(root.attributes.map(\.value) == ["&", "&#38;x", "&#38;&amp;", "1<2>&'"])
    }

    @Test func characterData() throws {
        #expect(try read("<a>x<![CDATA[<b>&amp;]]]]><![CDATA[>]]>y</a>").text == "x<b>&amp;]]>y")
        #expect(try read("<a>one<!-- two -->three<?four?>five</a>").text == "onethreefive")
        #expect(try read("<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x1F600;</a>").text == "&<>\"'A\u{1F600}")
        #expect(try read("<a/>").text == "")
        #expect(try read("<a></a>").children.isEmpty)
    }

    @Test(arguments: [
        "<a>1</a>", "<?xml version=\"1.0\"?><a>1</a>", "\u{FEFF}<a>1</a>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>1</a>",
        "<?xml version='1.0' encoding='utf-8' ?>\n<a>1</a>",
        "\u{FEFF}<?xml version=\"1.0\" encoding = \"Utf-8\" standalone=\"no\"?><a>1</a>",
        "<?xml version=\"1.0\" encoding=\"US-ASCII\"?><a>1</a>",
    ])
    func acceptedEncodings(document: String) throws {
        #expect(try read(document).text == "1")
    }

    @Test func aLongTextArrivesWhole() throws {
        // Longer than the pieces in which the parser hands text over, with characters across their ends.
        let text = String(repeating: "aé空\u{1F600}&", count: 9_000)
        let escaped = text.replacing("&", with: "&amp;")
        #expect(try read("<a><b>\(escaped)</b></a>").text(of: "b") == text)
    }

    @Test func manyTasksAtOnce() async throws {
        let documents = Corpus.documents.map { Array($0.utf8) }
        let expected = try documents.map { "\(try parseXML($0))" }
        let wrong = await withTaskGroup(of: Int.self) { group in
            for offset in 0..<16 {
                group.addTask {
                    var wrong = 0
                    for round in 0..<60 {
                        let index = (offset + round) % documents.count
                        if let root = try? parseXML(documents[index]) {
                            if "\(root)" != expected[index] { wrong += 1 }
                        } else {
                            wrong += 1
                        }
                        if (try? parseXML(Array(documents[index].dropLast(10)))) != nil { wrong += 1 }
                        if round.isMultiple(of: 10) { await Task.yield() }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }
}
