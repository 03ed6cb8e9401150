import Testing
import XML

private func refusal(_ bytes: [UInt8], _ limits: XMLLimits = XMLLimits()) -> XMLError? {
    do throws(XMLError) {
        _ = try parseXML(bytes, limits: limits)
        return nil
    } catch {
        return error
    }
}

private func refusal(_ text: String, _ limits: XMLLimits = XMLLimits()) -> XMLError? {
    refusal(Array(text.utf8), limits)
}

private func isMalformed(_ error: XMLError?) -> Bool {
    if case .malformed(let reason) = error { return !reason.isEmpty }
    return false
}

private let billionLaughs =
    "<!DOCTYPE lolz [<!ENTITY lol \"lol\">"
    + (1...9).map { level in
        "<!ENTITY lol\(level) \"\(String(repeating: level == 1 ? "&lol;" : "&lol\(level - 1);", count: 10))\">"
    }.joined() + "]><lolz>&lol9;</lolz>"

private let quadratic =
    "<!DOCTYPE a [<!ENTITY b \"\(String(repeating: "b", count: 50_000))\">]><a>"
    + String(repeating: "&b;", count: 50_000) + "</a>"

@Suite struct XMLRefusalTests {
    @Test(arguments: [
        "<!DOCTYPE a><a/>", "<!DOCTYPE a []><a/>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/x.dtd\"><a/>",
        "<!DOCTYPE a PUBLIC \"-//W3C//DTD XHTML 1.0//EN\" \"http://127.0.0.1:1/x.dtd\"><a/>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
        "<!DOCTYPE a [<!ENTITY % b SYSTEM \"file:///etc/passwd\"> %b;]><a/>",
        "<!DOCTYPE a [<!ENTITY % b \"<!ENTITY c 'd'>\"> %b;]><a>&c;</a>",
        "<!DOCTYPE a [<!ATTLIST a b CDATA \"default\">]><a/>", "<!DOCTYPE a [<!ENTITY b \"&b;\">]><a>&b;</a>",
        "<?xml version=\"1.0\"?>\n<!-- first --><!DOCTYPE a [<!NOTATION n SYSTEM \"n\">]><a/>",
        billionLaughs, quadratic,
    ])
    func aDocumentTypeIsRefused(document: String) {
        #expect(refusal(document) == .forbidden("document type declaration"))
    }

    @Test(arguments: [
        "<a>&b;</a>", "<a b=\"&c;\"/>", "<a>&nbsp;</a>", "<a>%b;&b;</a>", "<a>&#0;</a>", "<a>&#1;</a>",
        "<a>&#xD800;</a>", "<a>&#xFFFE;</a>", "<a>&#x110000;</a>", "<a>&#99999999999999999999;</a>",
        "<a>&#;</a>",
        "<a>&#x;</a>", "<a>&</a>", "<a>&amp</a>", "<a b='&#0;'/>",
    ])
    func otherReferencesAreMalformed(document: String) {
        #expect(isMalformed(refusal(document)))
    }

    @Test(arguments: [
        "", " ", "x", "<", "<a", "<a>", "</a>", "<a></b>", "<a><b></a></b>", "<a/><b/>", "<a/>x", "x<a/>",
        "<a>]]></a>",
        "<a b/>", "<a b=c/>", "<a b='1' b='2'/>", "<a b='<'/>", "<1/>", "<a b='1'c='2'/>",
        "<a><!-- -- --></a>",
        "<a><!--", "<a><![CDATA[x</a>", "<a><?xml version='1.0'?></a>", " <?xml version='1.0'?><a/>",
        "<?xml?><a/>", "<?xml version='1.0'", "<!-- only -->", "<?only?>", "<a:b:c xmlns:a='urn:a'/>",
        "<x:a/>",
        "<a x:b='1'/>", "<a xmlns:x=''/>", "<a xmlns:x='urn:1' xmlns:y='urn:1' x:b='1' y:b='2'/>", "\u{FEFF}",
        "<a>\u{1}</a>", "<a>\u{B}</a>", "<a>\u{FFFE}</a>", "<a b='\u{8}'/>", "<a\u{0}/>", "<a/>\u{0}",
        "<?xml version='1.0' encoding=''?><a/>", "<![CDATA[x]]><a/>", "<a/><![CDATA[x]]>",
        "<ENTITY/><!ENTITY a 'b'>",
    ])
    func malformedDocuments(document: String) {
        #expect(isMalformed(refusal(document)))
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80],
            [0xE0, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0x80],
            [0xFE, 0xFF],
        ] as [[UInt8]])
    func badUTF8IsMalformed(sequence: [UInt8]) {
        #expect(isMalformed(refusal(Array("<a>".utf8) + sequence + Array("</a>".utf8))))
        #expect(isMalformed(refusal(Array("<a b='".utf8) + sequence + Array("'/>".utf8))))
        #expect(isMalformed(refusal(Array("<a><!--".utf8) + sequence + Array("--></a>".utf8))))
        #expect(isMalformed(refusal(sequence + Array("<a/>".utf8))))
        #expect(isMalformed(refusal(Array("<a/>".utf8) + sequence)))
    }

    @Test func otherEncodingsAreMalformed() {
        let document = "<?xml version=\"1.0\"?><a>1</a>"
        let wide = document.utf16.flatMap {
            [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
        }
        #expect(isMalformed(refusal(wide)))
        #expect(isMalformed(refusal([0xFF, 0xFE] + wide)))
        #expect(isMalformed(refusal([0xFE, 0xFF, 0] + wide)))
        let widest: [UInt8] = document.utf8.flatMap { byte -> [UInt8] in [byte, 0, 0, 0] }
        #expect(isMalformed(refusal(widest)))
        for encoding in ["ISO-8859-1", "UTF-16", "UTF-7", "UTF-32", "EBCDIC-CP-US", "x", "utf-8x"] {
            #expect(isMalformed(refusal("<?xml version='1.0' encoding='\(encoding)'?><a>1</a>")))
            #expect(
                isMalformed(refusal("\u{FEFF}<?xml version=\"1.0\" encoding = \"\(encoding)\" ?><a>1</a>")))
        }
    }

    @Test func theReasonIsOneShortLine() throws {
        let long = String(repeating: "x", count: 5_000)
        guard case .malformed(let reason) = refusal("<a>\n&\(long);</a>") else {
            Issue.record("An undeclared entity was accepted")
            return
        }
        #expect(reason.utf8.count <= 300)
        #expect(reason.hasPrefix("line 2: "))
        #expect(!reason.contains { $0.isNewline })
    }

    @Test func nothingIsWrittenToStandardError() async throws {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardErrorContent, \.standardOutputContent]
        ) {
            let documents = [
                "<a", "<x:a/>", "<!DOCTYPE a SYSTEM 'x'><a>&b;</a>", "<a>&b;</a>", "\u{1}",
                "<a xmlns='y z'/>",
            ]
            for document in documents { _ = try? parseXML(Array(document.utf8)) }
            await withTaskGroup { group in
                for document in documents {
                    group.addTask { _ = try? parseXML(Array(document.utf8)) }
                }
            }
        }
        #expect(result?.standardErrorContent == [])
        #expect(result?.standardOutputContent == [])
    }
}
