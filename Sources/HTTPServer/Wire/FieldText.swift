/// What the text of a field may be when it is sent (RFC 9110 section 5.5 and 5.6.2).
enum FieldText {
    static func isToken(_ name: String) -> Bool {
        let token = ByteClass.token
        return !name.isEmpty && name.utf8.allSatisfy { token.contains($0) }
    }

    static func isValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
