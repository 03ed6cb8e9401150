import Objects
import XML

extension NotificationConfiguration {
    private static let elements: [(name: StaticString, arn: StaticString, destination: Destination)] = [
        ("TopicConfiguration", "Topic", .topic), ("QueueConfiguration", "Queue", .queue),
        ("CloudFunctionConfiguration", "CloudFunction", .function),
    ]

    /// Reads what a client sends.
    ///
    /// - Parameters:
    ///   - region: that ARNs must name.
    ///   - account: whose webhooks they may name.
    /// - Throws: `MalformedXML`, `InvalidArgument`, `NotImplemented` for EventBridge.
    init(_ root: XMLElement, region: String, account: ProjectID) throws(S3Error) {
        if root.first("EventBridgeConfiguration") != nil {
            throw S3Error(.notImplemented, "Events are sent to webhooks only.")
        }
        var rules: [Rule] = []
        for (name, arnName, destination) in Self.elements {
            for element in root.all("\(name)") {
                guard let arn = element.text(of: "\(arnName)")?.trimmed else { throw S3Error(.malformedXML) }
                let webhook = try Self.webhook(arn, destination, region: region, account: account)
                var rule = Rule(
                    id: element.text(of: "Id")?.trimmed ?? "", destination: destination, arn: arn,
                    webhook: webhook, events: try Self.events(element))
                if rule.id.isEmpty { rule.id = VersionID.random().string }
                guard rule.id.utf8.count <= 255 else {
                    throw .argument("Id", rule.id, "The length of the ID is limited to 255 characters.")
                }
                (rule.prefix, rule.suffix) = try Self.filter(element)
                rules.append(rule)
            }
        }
        guard rules.count <= Self.maximumRules else {
            throw S3Error(
                .invalidArgument, "A bucket may have \(Self.maximumRules) notification configurations.")
        }
        guard Set(rules.map(\.id)).count == rules.count else {
            throw S3Error(.invalidArgument, "Same ID used for multiple configurations. IDs must be unique")
        }
        for (index, rule) in rules.enumerated() {
            for other in rules[(index + 1)...] where Self.overlap(rule, other) {
                throw S3Error(
                    .invalidArgument,
                    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type."
                )
            }
        }
        self.init(rules: rules)
    }

    private static func events(_ element: XMLElement) throws(S3Error) -> [String] {
        let names = element.all("Event").map(\.text.trimmed)
        guard !names.isEmpty else { throw S3Error(.malformedXML) }
        for name in names {
            let isKnown = ObjectEvent.Kind.allCases.contains { $0 != .test && Rule.covers(name, $0) }
            guard isKnown || unsent.contains(name) else {
                throw .argument("Event", name, "The event '\(name)' is not supported for notifications")
            }
        }
        return names
    }

    /// Names that AWS has for what never happens here: subscriptions to them are kept, and silent.
    private static let unsent: Set<String> = [
        "s3:ReducedRedundancyLostObject", "s3:ObjectRestore:*", "s3:ObjectRestore:Post",
        "s3:ObjectRestore:Completed", "s3:ObjectRestore:Delete", "s3:Replication:*",
        "s3:Replication:OperationFailedReplication", "s3:Replication:OperationMissedThreshold",
        "s3:Replication:OperationReplicatedAfterThreshold", "s3:Replication:OperationNotTracked",
        "s3:IntelligentTiering",
    ]

    private static func filter(
        _ element: XMLElement
    ) throws(S3Error) -> (prefix: String?, suffix: String?) {
        var values: [String: String] = [:]
        for rule in element.first("Filter")?.first("S3Key")?.all("FilterRule") ?? [] {
            guard let name = rule.text(of: "Name")?.trimmed.lowercased() else { throw S3Error(.malformedXML) }
            guard name == "prefix" || name == "suffix" else {
                throw .argument(
                    "FilterRule.Name", name, "filter rule name must be either prefix or suffix")
            }
            guard values[name] == nil else {
                throw .argument(
                    "FilterRule.Name", name,
                    "Cannot specify more than one \(name) rule in a filter.")
            }
            let value = rule.text(of: "Value") ?? ""
            guard value.utf8.count <= 1024 else {
                throw .argument(
                    "FilterRule.Value", value, "Size of filter rule value cannot exceed 1024 bytes")
            }
            values[name] = value
        }
        return (values["prefix"], values["suffix"])
    }

    /// The last part of an ARN of SNS, SQS or Lambda, whose account is the project.
    private static func webhook(
        _ arn: String, _ destination: Destination, region: String, account: ProjectID
    ) throws(S3Error) -> String {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        let service =
            switch destination {
            case .queue: "sqs"
            case .topic: "sns"
            case .function: "lambda"
            }
        let isFunction = destination == .function
        guard parts.count == (isFunction ? 7 : 6), parts[0] == "arn", parts[1] == "aws", parts[2] == service,
            !isFunction || parts[5] == "function", let name = parts.last, !name.isEmpty
        else { throw .argument("ARN", arn, "The ARN could not be parsed") }
        guard parts[3].isEmpty || parts[3] == region else {
            throw .argument(
                "ARN", arn,
                "The notification destination service region is not valid for the bucket location constraint")
        }
        guard parts[4].isEmpty || parts[4] == account.string else { throw unreachable(arn) }
        return String(name)
    }

    /// AWS's answer for a destination that is not there or does not take events.
    static func unreachable(_ arn: String) -> S3Error {
        .argument(arn, "null", "Unable to validate the following destination configurations")
    }

    private static func overlap(_ one: Rule, _ other: Rule) -> Bool {
        let shares = ObjectEvent.Kind.allCases.contains { kind in
            one.events.contains { Rule.covers($0, kind) } && other.events.contains { Rule.covers($0, kind) }
        }
        let (a, b) = (Array((one.prefix ?? "").utf8), Array((other.prefix ?? "").utf8))
        let (c, d) = (Array((one.suffix ?? "").utf8.reversed()), Array((other.suffix ?? "").utf8.reversed()))
        return shares && (a.starts(with: b) || b.starts(with: a)) && (c.starts(with: d) || d.starts(with: c))
    }
}

extension XMLWriter {
    /// A `NotificationConfiguration` document.
    mutating func notifications(_ configuration: NotificationConfiguration) {
        openRoot("NotificationConfiguration")
        for rule in configuration.rules {
            switch rule.destination {
            case .topic: open("TopicConfiguration")
            case .queue: open("QueueConfiguration")
            case .function: open("CloudFunctionConfiguration")
            }
            element("Id", rule.id)
            switch rule.destination {
            case .topic: element("Topic", rule.arn)
            case .queue: element("Queue", rule.arn)
            case .function: element("CloudFunction", rule.arn)
            }
            for event in rule.events { element("Event", event) }
            if rule.prefix != nil || rule.suffix != nil {
                open("Filter")
                open("S3Key")
                for (name, value) in [("Prefix", rule.prefix), ("Suffix", rule.suffix)] {
                    guard let value else { continue }
                    open("FilterRule")
                    element("Name", name)
                    element("Value", value)
                    close()
                }
                close()
                close()
            }
            close()
        }
        close()
    }
}
