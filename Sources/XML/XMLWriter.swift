/// Writes a document into memory, in order, without indentation.
///
/// Text may be anything. `&`, `<`, `>`, `"` and the carriage return are written as references. What
/// XML 1.0 cannot hold in any form (control characters other than tab, line feed and carriage return,
/// U+FFFE, U+FFFF, and bytes that are not UTF-8) is written as U+FFFD: a listing in which one key has
/// such a byte must stay readable for the sake of the others. A door that must not lose such bytes
/// percent-encodes them first (`encoding-type=url`).
///
/// Names are the program's own and must be names of XML.
package struct XMLWriter: Sendable {
    /// Room for the document, of which `count` bytes are written: a listing has ten thousand pieces, and an
    /// array that grew by each would check itself as often.
    private var storage: [UInt8]
    private var count = 0
    /// The names of the elements that are open.
    private var names: [StaticString] = []

    /// Begins a document with the XML declaration.
    package init(reservingCapacity capacity: Int = 512) {
        storage = [UInt8](repeating: 0, count: max(capacity, 64))
        append(markup: #"<?xml version="1.0" encoding="UTF-8"?>"#)
        append(markup: "\n")
    }

    /// What was written so far: a document when every element is closed.
    package var bytes: [UInt8] { Array(storage[..<count]) }

    /// The same in place.
    package func withBytes<T>(_ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        try storage.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    /// Opens an element.
    package mutating func open(_ name: StaticString, _ attributes: (StaticString, String)...) {
        start(name, attributes)
        append(markup: ">")
        names.append(name)
    }

    /// Closes the element that was opened last.
    package mutating func close() {
        guard let name = names.popLast() else { preconditionFailure("No element is open") }
        append(end: name)
    }

    /// An element without content.
    package mutating func empty(_ name: StaticString, _ attributes: (StaticString, String)...) {
        start(name, attributes)
        append(markup: "/>")
    }

    package mutating func element(_ name: StaticString, _ text: String) {
        var text = text
        text.withUTF8 { element(name, valid: $0) }
    }

    package mutating func element(_ name: StaticString, _ value: Int) {
        element(name, Int64(value))
    }

    package mutating func element(_ name: StaticString, _ value: Int64) {
        var text = String(value)
        text.withUTF8 { element(name, plain: $0.span) }
    }

    package mutating func element(_ name: StaticString, _ value: Bool) {
        element(name, value ? "true" : "false")
    }

    /// An element whose text is given in bytes, as keys are.
    package mutating func element(_ name: StaticString, utf8 text: [UInt8]) {
        text.withUnsafeBufferPointer { text in
            if text.allSatisfy({ $0 < 0x80 }) {
                element(name, valid: text)
            } else {
                element(name, String(decoding: text, as: UTF8.self))
            }
        }
    }

    /// An element whose text needs no look: ASCII letters, digits and signs that mean nothing in XML.
    package mutating func element(_ name: StaticString, plain text: Span<UInt8>) {
        text.withUnsafeBufferPointer { element(name, verbatim: $0) }
    }

    /// The same in double quotes.
    package mutating func element(_ name: StaticString, plainInQuotes text: Span<UInt8>) {
        text.withUnsafeBufferPointer { text in
            write(2 * name.utf8CodeUnitCount + text.count + 17) {
                $0.put("<").put(name).put(">&quot;").put(text).put("&quot;</").put(name).put(">")
            }
        }
    }

    /// Text inside the element that was opened last.
    package mutating func text(_ text: String) {
        append(text)
    }
}

extension XMLWriter {
    private mutating func start(_ name: StaticString, _ attributes: [(StaticString, String)]) {
        append(markup: "<")
        append(markup: name)
        for (name, value) in attributes {
            append(markup: " ")
            append(markup: name)
            append(markup: "=\"")
            append(value, isAttribute: true)
            append(markup: "\"")
        }
    }

    /// - Parameter text: valid UTF-8.
    private mutating func element(_ name: StaticString, valid text: UnsafeBufferPointer<UInt8>) {
        if Self.needsNothing(text) { return element(name, verbatim: text) }
        append(start: name)
        append(valid: text)
        append(end: name)
    }

    private mutating func element(_ name: StaticString, verbatim text: UnsafeBufferPointer<UInt8>) {
        write(2 * name.utf8CodeUnitCount + text.count + 5) {
            $0.put("<").put(name).put(">").put(text).put("</").put(name).put(">")
        }
    }

    private mutating func append(start name: StaticString) {
        write(name.utf8CodeUnitCount + 2) { $0.put("<").put(name).put(">") }
    }

    private mutating func append(end name: StaticString) {
        write(name.utf8CodeUnitCount + 3) { $0.put("</").put(name).put(">") }
    }

    mutating func append(markup: StaticString) {
        write(markup.utf8CodeUnitCount) { $0.put(markup) }
    }

    mutating func append(raw bytes: UnsafeBufferPointer<UInt8>) {
        write(bytes.count) { $0.put(bytes) }
    }

    /// Makes room for exactly as many bytes as `body` puts.
    @inline(__always)
    private mutating func write(_ length: Int, _ body: (Pen) -> Pen) {
        if count + length > storage.count {
            storage.append(contentsOf: repeatElement(0, count: max(length, storage.count)))
        }
        let start = count
        count += length
        storage.withUnsafeMutableBytes { all in
            let room = UnsafeMutableRawBufferPointer(rebasing: all[start..<start + length])
            let pen = body(Pen(room: room))
            precondition(pen.position == length, "a piece of a document is not as long as was said")
        }
    }

    /// Puts bytes one behind the other into room that is large enough.
    private struct Pen {
        let room: UnsafeMutableRawBufferPointer
        var position = 0

        @inline(__always)
        func put(_ bytes: UnsafeBufferPointer<UInt8>) -> Pen {
            UnsafeMutableRawBufferPointer(rebasing: room[position..<position + bytes.count])
                .copyMemory(from: UnsafeRawBufferPointer(bytes))
            return Pen(room: room, position: position + bytes.count)
        }

        @inline(__always)
        func put(_ text: StaticString) -> Pen {
            put(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }
    }
}
