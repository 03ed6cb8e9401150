import Testing
import XML

private func refusal(_ text: String, _ limits: XMLLimits) -> XMLError? {
    do throws(XMLError) {
        _ = try parseXML(Array(text.utf8), limits: limits)
        return nil
    } catch {
        return error
    }
}

private func nested(_ depth: Int) -> String {
    String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
}

/// Each limit is met exactly and then passed by one.
@Suite struct XMLLimitTests {
    @Test func bytes() {
        var limits = XMLLimits()
        let document = "<a>é</a>"
        limits.maxBytes = document.utf8.count
        #expect(refusal(document, limits) == nil)
        limits.maxBytes -= 1
        #expect(refusal(document, limits) == .tooLarge)
    }

    @Test func depth() {
        let limits = XMLLimits()
        #expect(refusal(nested(limits.maxDepth), limits) == nil)
        #expect(refusal(nested(limits.maxDepth + 1), limits) == .tooDeep)
        #expect(refusal(nested(200_000), limits) == .tooDeep)
        #expect(refusal(String(repeating: "<a>", count: 500_000), limits) == .tooDeep)
    }

    /// The library has a limit of its own, which must not be a crash either.
    @Test func depthBeyondTheLibrary() {
        var limits = XMLLimits()
        limits.maxDepth = 1_000_000
        #expect(refusal(nested(200), limits) == nil)
        #expect(refusal(nested(100_000), limits) != nil)
    }

    @Test func elements() {
        var limits = XMLLimits()
        limits.maxElements = 100
        #expect(refusal("<a>" + String(repeating: "<b/>", count: 99) + "</a>", limits) == nil)
        #expect(refusal("<a>" + String(repeating: "<b/>", count: 100) + "</a>", limits) == .tooLarge)
    }

    @Test func attributes() {
        let limits = XMLLimits()
        func document(_ count: Int, declarations: Int) -> String {
            "<a" + (0..<count).map { " b\($0)='1'" }.joined()
                + (0..<declarations).map { " xmlns:n\($0)='urn:n'" }.joined() + "/>"
        }
        #expect(refusal(document(limits.maxAttributes, declarations: 0), limits) == nil)
        #expect(refusal(document(limits.maxAttributes + 1, declarations: 0), limits) == .tooLarge)
        #expect(refusal(document(2, declarations: limits.maxAttributes - 2), limits) == nil)
        #expect(refusal(document(2, declarations: limits.maxAttributes - 1), limits) == .tooLarge)
        #expect(refusal(document(20_000, declarations: 20_000), limits) == .tooLarge)
    }

    @Test func names() {
        var limits = XMLLimits()
        limits.maxNameBytes = 10
        let fits = String(repeating: "é", count: 5)
        #expect(refusal("<\(fits) \(fits)='1' xmlns='urn:123456'/>", limits) == nil)
        #expect(refusal("<\(fits)e/>", limits) == .tooLarge)
        #expect(refusal("<a \(fits)e='1'/>", limits) == .tooLarge)
        #expect(refusal("<a xmlns='urn:1234567'/>", limits) == .tooLarge)
        #expect(refusal("<\(String(repeating: "n", count: 1_000_000))/>", limits) != nil)
    }

    @Test func text() {
        var limits = XMLLimits()
        limits.maxTextBytes = 10
        #expect(refusal("<a>12345<b>1234567890</b>67890</a>", limits) == nil)
        #expect(refusal("<a>12345<b/>678901</a>", limits) == .tooLarge)
        #expect(refusal("<a>12345<![CDATA[678901]]></a>", limits) == .tooLarge)
        #expect(refusal("<a>123456789é</a>", limits) == .tooLarge)
        #expect(refusal("<a b='1234567890'/>", limits) == nil)
        #expect(refusal("<a b='12345678901'/>", limits) == .tooLarge)
    }

    /// The largest request of S3: 10,000 parts, each with every element that it may have.
    @Test func aCompletionOfTenThousandPartsFits() throws {
        var writer = XMLWriter()
        writer.open("CompleteMultipartUpload", ("xmlns", "http://s3.amazonaws.com/doc/2006-03-01/"))
        for number in 1...10_000 {
            writer.open("Part")
            writer.element("ETag", "\"0123456789abcdef0123456789abcdef\"")
            writer.element("PartNumber", number)
            for checksum: StaticString in ["ChecksumCRC32", "ChecksumCRC64NVME", "ChecksumSHA256"] {
                writer.element(checksum, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
            }
            writer.close()
        }
        writer.close()
        let root = try parseXML(writer.bytes)
        #expect(root.children.count == 10_000)
        #expect(root.children.last?.text(of: "PartNumber") == "10000")
    }
}
