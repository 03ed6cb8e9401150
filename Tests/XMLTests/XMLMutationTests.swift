import Testing
import XML

/// Pieces that lead a parser astray.
private let fragments = [
    "<", ">", "/>", "</", "&", "&amp;", "&#", "&#x0;", ";", "\"", "'", "=", "<!--", "-->", "<![CDATA[", "]]>",
    "<?",
    "?>", "<?xml version='1.0'?>", "<!DOCTYPE a [", "<!ENTITY b 'c'>", "]>", "&b;", "%b;", "xmlns=",
    "xmlns:a=''",
    "a:", ":", "\u{FEFF}", "\u{0}", "\u{FFFF}", "\r", "\n", "\u{1F600}",
    "<a><a><a><a><a><a><a><a><a><a><a><a>",
    "encoding='utf-16'", "standalone='maybe'", " ",
].map { Array($0.utf8) }

private struct Mutator {
    var generator: SeededGenerator
    let corpus = Corpus.documents.map { Array($0.utf8) }

    mutating func document() -> [UInt8] {
        var bytes = pick(corpus)
        for _ in 0..<Int.random(in: 1...3, using: &generator) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        let end = Int.random(in: place...min(bytes.count, place + 40), using: &generator)
        switch Int.random(in: 0..<8, using: &generator) {
        case 0 where place < bytes.count:
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1 where place < bytes.count:
            bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
        case 2:
            bytes.removeSubrange(place..<end)
        case 3:
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        case 4:
            bytes.removeSubrange(place...)
        case 5:
            let other = pick(corpus)
            bytes.replaceSubrange(
                place..<end, with: other.suffix(Int.random(in: 0...other.count, using: &generator)))
        default:
            bytes.insert(contentsOf: pick(fragments), at: place)
        }
    }

    private mutating func pick(_ choices: [[UInt8]]) -> [UInt8] {
        choices[Int.random(in: 0..<choices.count, using: &generator)]
    }
}

@Suite struct XMLMutationTests {
    @Test func theCorpusIsReadable() {
        for document in Corpus.documents {
            #expect(throws: Never.self) { try parseXML(Array(document.utf8)) }
        }
    }

    @Test(arguments: 0..<8)
    func alteredDocumentsAreReadOrRefused(seed: Int) {
        var mutator = Mutator(generator: SeededGenerator(seed: UInt64(seed)))
        var limits = XMLLimits()
        limits.maxDepth = 12
        limits.maxElements = 100
        limits.maxTextBytes = 500
        var read = 0
        var refused = 0
        for _ in 0..<2_500 {
            let document = mutator.document()
            guard let root = try? parseXML(document, limits: limits) else {
                refused += 1
                continue
            }
            read += 1
            check(root, depth: 1, within: limits)
            #expect(document.contains(UInt8(ascii: "<")))
        }
        // Both ways are taken often enough to mean something.
        #expect(read > 100)
        #expect(refused > 1_000)
    }

    @Test func everyPrefixIsReadOrRefused() {
        for document in Corpus.documents {
            let bytes = Array(document.utf8)
            for count in 0..<bytes.count {
                _ = try? parseXML(Array(bytes[..<count]))
                _ = try? parseXML(Array(bytes[count...]))
            }
        }
    }

    private func check(_ element: XMLElement, depth: Int, within limits: XMLLimits) {
        #expect(depth <= limits.maxDepth)
        #expect(!element.name.isEmpty && !element.name.utf8.contains(UInt8(ascii: ":")))
        #expect(element.text.utf8.count <= limits.maxTextBytes)
        #expect(element.attributes.count <= limits.maxAttributes)
        for child in element.children { check(child, depth: depth + 1, within: limits) }
    }
}
