/// How a bucket is served as a website.
///
/// Source: AWS, "Hosting a static website using Amazon S3" and "Configuring advanced conditional redirects".
package struct WebsiteConfiguration: Hashable, Sendable {
    /// Routing rules of one bucket.
    package static let maximumRules = 50

    package struct Redirect: Hashable, Sendable {
        /// Nil is the host of the request.
        package var host: String?
        /// `http` or `https`; nil is that of the request.
        package var scheme: String?
        /// Instead of the prefix that the rule's condition names.
        package var keyPrefix: String?
        /// Instead of the whole key.
        package var key: String?
        /// 3xx; nil is 301.
        package var status: Int64?

        package init(
            host: String? = nil, scheme: String? = nil, keyPrefix: String? = nil, key: String? = nil,
            status: Int64? = nil
        ) {
            self.host = host
            self.scheme = scheme
            self.keyPrefix = keyPrefix
            self.key = key
            self.status = status
        }
    }

    package struct Rule: Hashable, Sendable {
        /// Only keys that begin so.
        package var prefix: String?
        /// Only when the request would be refused with this status.
        package var errorStatus: Int64?
        package var redirect: Redirect

        package init(prefix: String? = nil, errorStatus: Int64? = nil, redirect: Redirect) {
            self.prefix = prefix
            self.errorStatus = errorStatus
            self.redirect = redirect
        }
    }

    /// Where every request goes; then there is nothing else.
    package var redirectAll: Redirect?
    /// The last segment of the key that is served for a path which ends in a slash.
    package var indexSuffix: String?
    /// The key of the page that is served with a refusal.
    package var errorKey: String?
    package var rules: [Rule]

    package init(
        redirectAll: Redirect? = nil, indexSuffix: String? = nil, errorKey: String? = nil, rules: [Rule] = []
    ) {
        self.redirectAll = redirectAll
        self.indexSuffix = indexSuffix
        self.errorKey = errorKey
        self.rules = rules
    }

    /// The first rule about this key and outcome, and the key that it leads to.
    ///
    /// - Parameter status: with which the request would be refused; nil before that is known.
    package func redirect(of key: [UInt8], status: Int64?) -> (redirect: Redirect, key: [UInt8])? {
        for rule in rules where rule.errorStatus == status {
            let prefix = Array((rule.prefix ?? "").utf8)
            guard key.starts(with: prefix) else { continue }
            if let whole = rule.redirect.key { return (rule.redirect, Array(whole.utf8)) }
            if let other = rule.redirect.keyPrefix {
                return (rule.redirect, Array(other.utf8) + key.dropFirst(prefix.count))
            }
            return (rule.redirect, key)
        }
        return nil
    }
}

extension WebsiteConfiguration {
    /// As the catalog keeps it.
    package var encoded: [UInt8] {
        func text(_ writer: inout DocumentWriter, _ value: String?) {
            writer.optional(value) { $0.text($1) }
        }
        func redirect(_ writer: inout DocumentWriter, _ value: Redirect) {
            for part in [value.host, value.scheme, value.keyPrefix, value.key] { text(&writer, part) }
            writer.optional(value.status) { $0.number($1) }
        }
        var writer = DocumentWriter()
        writer.optional(redirectAll, redirect)
        text(&writer, indexSuffix)
        text(&writer, errorKey)
        writer.list(rules) { writer, rule in
            text(&writer, rule.prefix)
            writer.optional(rule.errorStatus) { $0.number($1) }
            redirect(&writer, rule.redirect)
        }
        return writer.bytes
    }

    /// Throws `corrupt` for what `encoded` never gave.
    package init(encoded bytes: [UInt8]) throws(StoreError) {
        func text(_ reader: inout DocumentReader) throws(StoreError) -> String? {
            try reader.optional { reader throws(StoreError) in try reader.text() }
        }
        func number(_ reader: inout DocumentReader) throws(StoreError) -> Int64? {
            try reader.optional { reader throws(StoreError) in try reader.number() }
        }
        func redirect(_ reader: inout DocumentReader) throws(StoreError) -> Redirect {
            Redirect(
                host: try text(&reader), scheme: try text(&reader), keyPrefix: try text(&reader),
                key: try text(&reader), status: try number(&reader))
        }
        var reader = DocumentReader(bytes)
        self.init(
            redirectAll: try reader.optional { reader throws(StoreError) in try redirect(&reader) },
            indexSuffix: try text(&reader), errorKey: try text(&reader),
            rules: try reader.list { reader throws(StoreError) in
                Rule(
                    prefix: try text(&reader), errorStatus: try number(&reader),
                    redirect: try redirect(&reader))
            })
    }
}

extension Bucket {
    /// Nil for a bucket that is no website.
    package var website: WebsiteConfiguration? {
        get throws(StoreError) {
            try configurations[.website]?.form(WebsiteConfiguration.init(encoded:))
        }
    }
}
