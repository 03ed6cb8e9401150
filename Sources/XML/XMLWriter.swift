/// Writes a document into memory, in order, without indentation.
///
/// Text may be anything. `&`, `<`, `>`, `"` and the carriage return are written as references. What
/// XML 1.0 cannot hold in any form (control characters other than tab, line feed and carriage return,
/// U+FFFE, U+FFFF, and bytes that are not UTF-8) is written as U+FFFD: a listing in which one key has
/// such a byte must stay readable for the sake of the others. A door that must not lose such bytes
/// percent-encodes them first (`encoding-type=url`).
package struct XMLWriter: Sendable {
    /// What was written so far: a document when every element is closed.
    package internal(set) var bytes: [UInt8]
    /// The names of the elements that are open.
    private var names: [String] = []

    /// Begins a document with the XML declaration.
    package init(reservingCapacity capacity: Int = 512) {
        bytes = []
        bytes.reserveCapacity(capacity)
        bytes.append(contentsOf: #"<?xml version="1.0" encoding="UTF-8"?>"#.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Opens an element. Names are the program's own and must be names of XML.
    package mutating func open(_ name: String, _ attributes: (String, String)...) {
        start(name, attributes)
        bytes.append(UInt8(ascii: ">"))
        names.append(name)
    }

    /// Closes the element that was opened last.
    package mutating func close() {
        guard let name = names.popLast() else { preconditionFailure("No element is open") }
        end(name)
    }

    /// An element without content.
    package mutating func empty(_ name: String, _ attributes: (String, String)...) {
        start(name, attributes)
        bytes.append(UInt8(ascii: "/"))
        bytes.append(UInt8(ascii: ">"))
    }

    package mutating func element(_ name: String, _ text: String) {
        start(name, [])
        bytes.append(UInt8(ascii: ">"))
        append(text)
        end(name)
    }

    package mutating func element(_ name: String, _ value: Int) {
        element(name, String(value))
    }

    package mutating func element(_ name: String, _ value: Int64) {
        element(name, String(value))
    }

    package mutating func element(_ name: String, _ value: Bool) {
        element(name, value ? "true" : "false")
    }

    /// An element whose text is given in bytes, as keys are.
    package mutating func element(_ name: String, utf8 text: some Collection<UInt8>) {
        start(name, [])
        bytes.append(UInt8(ascii: ">"))
        append(utf8: text)
        end(name)
    }

    /// Text inside the element that was opened last.
    package mutating func text(_ text: String) {
        append(text)
    }
}

extension XMLWriter {
    private mutating func start(_ name: String, _ attributes: [(String, String)]) {
        bytes.append(UInt8(ascii: "<"))
        append(name: name)
        for (name, value) in attributes {
            bytes.append(UInt8(ascii: " "))
            append(name: name)
            bytes.append(UInt8(ascii: "="))
            bytes.append(UInt8(ascii: "\""))
            append(value, isAttribute: true)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private mutating func end(_ name: String) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(UInt8(ascii: "/"))
        append(name: name)
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func append(name: String) {
        var name = name
        name.withUTF8 { bytes.append(contentsOf: $0) }
    }
}
