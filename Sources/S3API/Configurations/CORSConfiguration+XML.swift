import Objects
import XML

extension CORSConfiguration {
    /// Reads the rules that a client sends. Throws `MalformedXML` and `InvalidRequest`.
    init(_ root: XMLElement) throws(S3Error) {
        let elements = root.all("CORSRule")
        guard (1...Self.maximumRules).contains(elements.count) else { throw S3Error(.malformedXML) }
        var rules: [Rule] = []
        for element in elements { rules.append(try Self.rule(element)) }
        self.init(rules: rules)
    }

    private static func rule(_ element: XMLElement) throws(S3Error) -> Rule {
        func texts(_ name: String) -> [String] { element.all(name).map { $0.text.trimmed } }
        var rule = Rule(
            id: element.text(of: "ID"), origins: texts("AllowedOrigin"), methods: texts("AllowedMethod"),
            headers: texts("AllowedHeader"), exposedHeaders: texts("ExposeHeader"))
        guard !rule.origins.isEmpty, !rule.methods.isEmpty else { throw S3Error(.malformedXML) }
        if let id = rule.id, id.utf16.count > 255 {
            throw S3Error(.invalidRequest, "The ID of a CORSRule can have at most 255 characters.")
        }
        for method in rule.methods where !Self.methods.contains(method) {
            throw S3Error(
                .invalidRequest,
                "Found unsupported HTTP method in CORS config. Unsupported method is \(method)"
            )
        }
        for origin in rule.origins where stars(origin) > 1 {
            throw S3Error(.invalidRequest, "AllowedOrigin \"\(origin)\" can not have more than one wildcard.")
        }
        for header in rule.headers where stars(header) > 1 {
            throw S3Error(.invalidRequest, "AllowedHeader \"\(header)\" can not have more than one wildcard.")
        }
        for header in rule.exposedHeaders where stars(header) > 0 {
            throw S3Error(
                .invalidRequest,
                "ExposeHeader \"\(header)\" contains wildcard. We currently do not support wildcard for ExposeHeader."
            )
        }
        for text in rule.origins + rule.headers + rule.exposedHeaders
        where !text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            throw S3Error(.malformedXML)
        }
        if let text = element.text(of: "MaxAgeSeconds")?.trimmed {
            guard let seconds = wireNumber(text), seconds <= Int64(Int32.max) else {
                throw S3Error(.malformedXML)
            }
            rule.maximumAgeSeconds = seconds
        }
        return rule
    }

    private static func stars(_ text: String) -> Int { text.utf8.count { $0 == UInt8(ascii: "*") } }
}

extension XMLWriter {
    /// A `CORSConfiguration` document.
    mutating func cors(_ configuration: CORSConfiguration) {
        openRoot("CORSConfiguration")
        for rule in configuration.rules {
            open("CORSRule")
            element("ID", ifPresent: rule.id)
            for header in rule.headers { element("AllowedHeader", header) }
            for method in rule.methods { element("AllowedMethod", method) }
            for origin in rule.origins { element("AllowedOrigin", origin) }
            for header in rule.exposedHeaders { element("ExposeHeader", header) }
            if let seconds = rule.maximumAgeSeconds { element("MaxAgeSeconds", seconds) }
            close()
        }
        close()
    }
}
