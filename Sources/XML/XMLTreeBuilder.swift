import CLibXML2

/// Takes the parser's events for one document, holds them against the limits and builds the tree.
final class XMLTreeBuilder {
    private let limits: XMLLimits
    private let context: xmlParserCtxtPtr
    private var open: [Frame] = []
    private var root: XMLElement?
    private var elementCount = 0
    private var refusal: XMLError?
    /// Names by their address: the parser keeps one copy of each name for the whole document.
    private var names: [UnsafePointer<xmlChar>: String] = [:]

    /// An element whose end has not come.
    private struct Frame {
        let name: String
        let namespace: String?
        let attributes: [(name: String, value: String)]
        var children: [XMLElement] = []
        var text: [UInt8] = []
    }

    init(limits: XMLLimits, context: xmlParserCtxtPtr) {
        self.limits = limits
        self.context = context
    }

    /// The tree, once the parser is done.
    func result(isWellFormed: Bool) throws(XMLError) -> XMLElement {
        if let refusal { throw refusal }
        guard isWellFormed, open.isEmpty, let root else {
            throw .malformed("The document is not well-formed")
        }
        return root
    }

    /// Keeps the first reason and stops the parser.
    func refuse(_ reason: XMLError) {
        guard refusal == nil else { return }
        refusal = reason
        xmlStopParser(context)
    }

    func start(
        name: UnsafePointer<xmlChar>, namespace: UnsafePointer<xmlChar>?, declarationCount: Int,
        attributes: UnsafeBufferPointer<UnsafePointer<xmlChar>?>
    ) {
        guard refusal == nil else { return }
        elementCount += 1
        guard elementCount <= limits.maxElements,
            attributes.count / Attribute.fieldCount + declarationCount <= limits.maxAttributes
        else { return refuse(.tooLarge) }
        guard open.count < limits.maxDepth else { return refuse(.tooDeep) }
        var read: [(name: String, value: String)] = []
        for start in stride(from: 0, to: attributes.count, by: Attribute.fieldCount) {
            guard let attribute = Attribute(attributes, at: start),
                attribute.value.count <= limits.maxTextBytes,
                let attributeName = shared(attribute.name)
            else { return refuse(.tooLarge) }
            read.append((attributeName, attribute.text))
        }
        guard let name = shared(name) else { return refuse(.tooLarge) }
        guard let namespace else {
            return open.append(Frame(name: name, namespace: nil, attributes: read))
        }
        guard let namespace = shared(namespace) else { return refuse(.tooLarge) }
        open.append(Frame(name: name, namespace: namespace, attributes: read))
    }

    func end() {
        guard refusal == nil, let frame = open.popLast() else { return }
        let element = XMLElement(
            name: frame.name, namespace: frame.namespace, attributes: frame.attributes,
            children: frame.children, text: String(decoding: frame.text, as: UTF8.self))
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(element)
        }
    }

    func characters(_ bytes: UnsafeBufferPointer<xmlChar>) {
        guard refusal == nil, !open.isEmpty else { return }
        guard open[open.count - 1].text.count + bytes.count <= limits.maxTextBytes else {
            return refuse(.tooLarge)
        }
        open[open.count - 1].text.append(contentsOf: bytes)
    }

    /// The string of a name, or nil when it is too long.
    private func shared(_ name: UnsafePointer<xmlChar>) -> String? {
        if let known = names[name] { return known }
        let length = Int(xmlStrlen(name))
        guard length <= limits.maxNameBytes else { return nil }
        let string = String(decoding: UnsafeBufferPointer(start: name, count: length), as: UTF8.self)
        names[name] = string
        return string
    }
}

extension XMLTreeBuilder {
    /// One attribute as the parser hands it out: five pointers in a row.
    private struct Attribute {
        /// Local name, prefix, namespace, start and end of the value.
        static let fieldCount = 5

        let name: UnsafePointer<xmlChar>
        let value: UnsafeBufferPointer<xmlChar>

        init?(_ fields: UnsafeBufferPointer<UnsafePointer<xmlChar>?>, at start: Int) {
            guard let name = fields[start], let first = fields[start + 3], let end = fields[start + 4] else {
                return nil
            }
            self.name = name
            value = UnsafeBufferPointer(start: first, count: end - first)
        }

        /// The value. The parser leaves an ampersand in it as a character reference, `&#38;`; as no
        /// other ampersand can occur, each one begins such a reference.
        var text: String {
            let ampersand = UInt8(ascii: "&")
            guard value.contains(ampersand) else { return String(decoding: value, as: UTF8.self) }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(value.count)
            var index = 0
            while index < value.count {
                bytes.append(value[index])
                index += value[index] == ampersand ? Array("&#38;".utf8).count : 1
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
