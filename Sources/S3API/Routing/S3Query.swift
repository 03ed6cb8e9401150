import HTTPServer

/// The decoded parameters of a request, in order.
struct S3Query: Sendable {
    /// A query with more is refused: S3 knows about a hundred parameters, and no request uses a third of them.
    static let maximumCount = 128

    private(set) var items: [(name: String, value: String?)]

    /// Throws `InvalidURI` for a bad escape, text that is not UTF-8 or too many parameters.
    init(_ raw: String?) throws(S3Error) {
        guard let raw, !raw.isEmpty else {
            items = []
            return
        }
        guard let items = parseQuery(raw, plusIsSpace: true, limit: Self.maximumCount) else {
            throw S3Error(.invalidURI)
        }
        self.items = items
    }

    /// The first value; empty when the parameter stands without one, nil when it is absent.
    subscript(name: String) -> String? {
        for item in items where item.name == name { return item.value ?? "" }
        return nil
    }

    /// The first value that is not empty.
    func nonEmpty(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    func contains(_ name: String) -> Bool {
        items.contains { $0.name == name }
    }
}
