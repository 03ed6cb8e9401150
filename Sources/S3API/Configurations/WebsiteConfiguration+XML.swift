import Objects
import XML

extension WebsiteConfiguration {
    /// Reads what a client sends. Throws `MalformedXML`, `InvalidArgument` and `InvalidRequest`.
    init(_ root: XMLElement) throws(S3Error) {
        if let all = root.first("RedirectAllRequestsTo") {
            guard root.children.count == 1, let host = Self.text(all, "HostName") else {
                throw S3Error(.malformedXML)
            }
            self.init(redirectAll: Redirect(host: host, scheme: try Self.scheme(all)))
            return
        }
        guard let suffix = root.first("IndexDocument")?.text(of: "Suffix") else {
            throw S3Error(.malformedXML)
        }
        guard !suffix.isEmpty, !suffix.utf8.contains(UInt8(ascii: "/")) else {
            throw S3Error.argument("IndexDocument", suffix, "The IndexDocument Suffix is not well formed")
        }
        var errorKey: String?
        if let document = root.first("ErrorDocument") {
            guard let key = Self.text(document, "Key") else { throw S3Error(.malformedXML) }
            errorKey = key
        }
        var rules: [Rule] = []
        if let element = root.first("RoutingRules") {
            let elements = element.all("RoutingRule")
            guard !elements.isEmpty else { throw S3Error(.malformedXML) }
            guard elements.count <= Self.maximumRules else {
                throw S3Error(
                    .invalidRequest,
                    "\(elements.count) routing rules provided, the number of routing rules in a website "
                        + "configuration is limited to \(Self.maximumRules).")
            }
            for element in elements { rules.append(try Self.rule(element)) }
        }
        self.init(indexSuffix: suffix, errorKey: errorKey, rules: rules)
    }

    private static func rule(_ element: XMLElement) throws(S3Error) -> Rule {
        guard let target = element.first("Redirect"), !target.children.isEmpty else {
            throw S3Error(.malformedXML)
        }
        var redirect = Redirect(
            host: text(target, "HostName"), scheme: try scheme(target),
            keyPrefix: target.text(of: "ReplaceKeyPrefixWith"), key: target.text(of: "ReplaceKeyWith"))
        guard redirect.keyPrefix == nil || redirect.key == nil else {
            throw S3Error(
                .invalidRequest, "You can only define ReplaceKeyPrefix or ReplaceKey but not both.")
        }
        if let text = target.text(of: "HttpRedirectCode")?.trimmed {
            guard let code = wireNumber(text), (301...308).contains(code) else {
                throw S3Error(
                    .invalidRequest,
                    "The provided HTTP redirect code (\(text)) is not valid. Valid codes are 3XX except 300.")
            }
            redirect.status = code
        }
        var rule = Rule(redirect: redirect)
        if let condition = element.first("Condition") {
            rule.prefix = condition.text(of: "KeyPrefixEquals")
            if let text = condition.text(of: "HttpErrorCodeReturnedEquals")?.trimmed {
                guard let code = wireNumber(text), (400...599).contains(code) else {
                    throw S3Error(
                        .invalidRequest,
                        "The provided HTTP error code (\(text)) is not valid. Valid codes are 4XX or 5XX.")
                }
                rule.errorStatus = code
            }
            guard rule.prefix != nil || rule.errorStatus != nil else {
                throw S3Error(
                    .invalidRequest,
                    "Condition cannot be empty. To redirect all requests without a condition, the condition "
                        + "element shouldn't be present.")
            }
        }
        return rule
    }

    private static func scheme(_ element: XMLElement) throws(S3Error) -> String? {
        guard let scheme = text(element, "Protocol") else { return nil }
        guard scheme == "http" || scheme == "https" else {
            throw S3Error(
                .invalidRequest,
                "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected "
                    + "automatically.")
        }
        return scheme
    }

    /// What may stand in a header; empty is none.
    private static func text(_ element: XMLElement, _ name: String) -> String? {
        guard let text = element.text(of: name)?.trimmed, !text.isEmpty,
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        return text
    }
}

extension XMLWriter {
    /// A `WebsiteConfiguration` document.
    mutating func website(_ website: WebsiteConfiguration) {
        openRoot("WebsiteConfiguration")
        if let all = website.redirectAll {
            open("RedirectAllRequestsTo")
            redirect(all)
            close()
        }
        if let suffix = website.indexSuffix {
            open("IndexDocument")
            element("Suffix", suffix)
            close()
        }
        if let key = website.errorKey {
            open("ErrorDocument")
            element("Key", key)
            close()
        }
        if !website.rules.isEmpty {
            open("RoutingRules")
            for rule in website.rules { self.rule(rule) }
            close()
        }
        close()
    }

    private mutating func rule(_ rule: WebsiteConfiguration.Rule) {
        open("RoutingRule")
        if rule.prefix != nil || rule.errorStatus != nil {
            open("Condition")
            element("HttpErrorCodeReturnedEquals", ifPresent: rule.errorStatus.map { String($0) })
            element("KeyPrefixEquals", ifPresent: rule.prefix)
            close()
        }
        open("Redirect")
        redirect(rule.redirect)
        close()
        close()
    }

    private mutating func redirect(_ redirect: WebsiteConfiguration.Redirect) {
        element("HostName", ifPresent: redirect.host)
        element("HttpRedirectCode", ifPresent: redirect.status.map { String($0) })
        element("Protocol", ifPresent: redirect.scheme)
        element("ReplaceKeyPrefixWith", ifPresent: redirect.keyPrefix)
        element("ReplaceKeyWith", ifPresent: redirect.key)
    }
}
