/// Header or trailer fields in the order they were sent; names compare without case, duplicates are kept.
package struct HeaderFields: Sendable {
    package typealias Field = (name: String, value: String)

    private(set) var fields: [Field]
    /// Leading fields that are known to be writable, so that those of a cached answer are looked at once.
    private var vouched = 0
    /// Places of the fields whose values travel as ISO 8859-1 and not as UTF-8; hardly ever any.
    private var latin1: Set<Int> = []

    package init() {
        fields = []
    }

    package init(_ fields: [(String, String)]) {
        self.fields = fields.map { (name: $0.0, value: $0.1) }
    }

    /// The value of the first line with this name, nil when there is none.
    package subscript(first name: String) -> String? {
        for field in fields where Self.sameName(field.name, name) {
            return field.value
        }
        return nil
    }

    /// The value of each line with this name, untouched: lists are not split.
    package func values(_ name: String) -> [String] {
        var found: [String] = []
        for field in fields where Self.sameName(field.name, name) {
            found.append(field.value)
        }
        return found
    }

    package func contains(_ name: String) -> Bool {
        fields.contains { Self.sameName($0.name, name) }
    }

    /// Appends a line, whether or not there are others of this name.
    ///
    /// - Parameter isLatin1: the value came as ISO 8859-1, or goes out so; one that cannot is sent as UTF-8.
    package mutating func add(_ name: String, _ value: String, isLatin1: Bool = false) {
        if isLatin1, value.unicodeScalars.allSatisfy({ $0.value <= 0xFF }) { latin1.insert(fields.count) }
        fields.append((name: name, value: value))
    }

    /// Whether the value at a place, counted from 0, is one of ISO 8859-1.
    package func isLatin1(at place: Int) -> Bool { !latin1.isEmpty && latin1.contains(place) }

    /// Makes this the only line of this name.
    package mutating func set(_ name: String, _ value: String) {
        remove(name)
        add(name, value)
    }

    /// Removes every line of this name.
    package mutating func remove(_ name: String) {
        guard contains(name) else { return }
        if !latin1.isEmpty {
            let kept = fields.indices.filter { !Self.sameName(fields[$0].name, name) }
            latin1 = Set(kept.indices.filter { latin1.contains(kept[$0]) })
        }
        fields.removeAll { Self.sameName($0.name, name) }
        vouched = 0
    }

    /// Whether every field can be sent: nothing in a name or value may end a line or the head early.
    package var isWritable: Bool {
        fields.dropFirst(vouched).allSatisfy { FieldText.isToken($0.name) && FieldText.isValue($0.value) }
    }

    /// Remembers that the fields are writable, when they are: for fields that go out with many responses.
    package mutating func vouch() {
        if isWritable { vouched = fields.count }
    }

    package mutating func reserveCapacity(_ count: Int) {
        fields.reserveCapacity(count)
    }

    package var count: Int { fields.count }
    package var isEmpty: Bool { fields.isEmpty }

    /// Compares two field names as RFC 9110 section 5.1 asks: ASCII letters without case, all else by byte.
    static func sameName(_ a: String, _ b: String) -> Bool {
        let a = a.utf8
        let b = b.utf8
        guard a.count == b.count else { return false }
        var left = a.makeIterator()
        var right = b.makeIterator()
        while let x = left.next(), let y = right.next() {
            if x != y && lowerCased(x) != lowerCased(y) { return false }
        }
        return true
    }
}

extension HeaderFields: Sequence {
    package func makeIterator() -> IndexingIterator<[Field]> {
        fields.makeIterator()
    }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}

extension HeaderFields: Equatable {
    package static func == (a: HeaderFields, b: HeaderFields) -> Bool {
        a.fields.elementsEqual(b.fields) { sameName($0.name, $1.name) && $0.value == $1.value }
    }
}

/// The ASCII letter in lower case, any other byte as it is.
@inline(__always)
func lowerCased(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
}
