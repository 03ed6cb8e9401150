/// Which pages of other origins may use a bucket.
///
/// Source: AWS, "Using cross-origin resource sharing (CORS)" and "Elements of a CORS configuration".
package struct CORSConfiguration: Hashable, Sendable {
    /// Rules of one bucket.
    package static let maximumRules = 100
    /// Methods that a rule may name.
    package static let methods = ["GET", "PUT", "HEAD", "POST", "DELETE"]

    package struct Rule: Hashable, Sendable {
        package var id: String?
        /// Each with at most one `*`, which stands for any text.
        package var origins: [String]
        package var methods: [String]
        /// Request fields; as `origins`, and compared without case.
        package var headers: [String]
        package var exposedHeaders: [String]
        /// For how long a browser may keep the answer.
        package var maximumAgeSeconds: Int64?

        package init(
            id: String? = nil, origins: [String], methods: [String], headers: [String] = [],
            exposedHeaders: [String] = [], maximumAgeSeconds: Int64? = nil
        ) {
            self.id = id
            self.origins = origins
            self.methods = methods
            self.headers = headers
            self.exposedHeaders = exposedHeaders
            self.maximumAgeSeconds = maximumAgeSeconds
        }
    }

    package var rules: [Rule]

    package init(rules: [Rule]) {
        self.rules = rules
    }

    /// What a page is granted.
    package struct Grant: Hashable, Sendable {
        package var rule: Rule
        /// The origin, or `*` when the rule lets everybody in.
        package var origin: String
        /// The request fields that were asked for, in lower case.
        package var headers: [String]

        /// A page may send credentials, unless everybody is let in.
        package var allowsCredentials: Bool { origin != "*" }
    }

    /// The first rule that lets a page of `origin` use `method` with all of `headers`; nil when none does.
    package func grant(origin: String, method: String, headers: [String] = []) -> Grant? {
        let headers = headers.map { $0.lowercased() }
        for rule in rules {
            guard rule.methods.contains(method),
                let pattern = rule.origins.first(where: { Self.matches($0, origin) }),
                headers.allSatisfy({ name in rule.headers.contains { Self.matches($0.lowercased(), name) } })
            else { continue }
            return Grant(rule: rule, origin: pattern == "*" ? "*" : origin, headers: headers)
        }
        return nil
    }

    /// Compares as bytes; the first `*` of the pattern stands for any text.
    private static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let text = Array(text.utf8)
        guard let star = pattern.firstIndex(of: UInt8(ascii: "*")) else { return pattern == text }
        let tail = pattern[(star + 1)...]
        return text.count >= pattern.count - 1 && text.starts(with: pattern[..<star])
            && text.suffix(tail.count).elementsEqual(tail)
    }
}

extension CORSConfiguration {
    /// As the catalog keeps it.
    package var encoded: [UInt8] {
        var writer = DocumentWriter()
        writer.list(rules) { writer, rule in
            writer.optional(rule.id) { $0.text($1) }
            for list in [rule.origins, rule.methods, rule.headers, rule.exposedHeaders] {
                writer.list(list) { $0.text($1) }
            }
            writer.optional(rule.maximumAgeSeconds) { $0.number($1) }
        }
        return writer.bytes
    }

    /// Throws `corrupt` for what `encoded` never gave.
    package init(encoded bytes: [UInt8]) throws(StoreError) {
        func texts(_ reader: inout DocumentReader) throws(StoreError) -> [String] {
            try reader.list { reader throws(StoreError) in try reader.text() }
        }
        var reader = DocumentReader(bytes)
        rules = try reader.list { reader throws(StoreError) in
            Rule(
                id: try reader.optional { reader throws(StoreError) in try reader.text() },
                origins: try texts(&reader), methods: try texts(&reader), headers: try texts(&reader),
                exposedHeaders: try texts(&reader),
                maximumAgeSeconds: try reader.optional { reader throws(StoreError) in try reader.number() })
        }
    }
}

extension Bucket {
    /// Nil for a bucket that says nothing about other origins.
    package var cors: CORSConfiguration? {
        get throws(StoreError) {
            try configurations[.cors]?.form(CORSConfiguration.init(encoded:))
        }
    }
}
