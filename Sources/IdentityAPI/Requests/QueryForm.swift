import HTTPServer

/// The parameters of a request of AWS's query protocol.
struct QueryForm: Sendable {
    /// Bytes of a form: the largest policy, each byte escaped, and room for the rest.
    static let maximumLength = 512 * 1024
    static let maximumFields = 200

    private let values: [String: String]

    /// Throws `MalformedQueryString` for escapes that are none, text that is not UTF-8, and a name that comes twice.
    init(_ text: String) throws(IdentityError) {
        guard let items = parseQuery(text, plusIsSpace: true, limit: Self.maximumFields) else {
            throw .malformedQuery
        }
        var values: [String: String] = [:]
        for (name, value) in items {
            guard values.updateValue(value ?? "", forKey: name) == nil else { throw .malformedQuery }
        }
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }

    var names: some Collection<String> { values.keys }

    /// `NAME.member.1.FIELD` and so on, as far as they go.
    func list(_ name: String, _ field: String) -> [String] {
        var list: [String] = []
        while let value = values["\(name).member.\(list.count + 1).\(field)"] { list.append(value) }
        return list
    }
}
