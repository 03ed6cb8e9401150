import Auth
import Objects
import XML

/// Reads the rules that a client sends.
///
/// Source: AWS, PutBucketLifecycleConfiguration; the sentences are its own.
struct LifecycleReader {
    private static let idLength = 255
    private static let newerVersions: ClosedRange<Int64> = 1...100
    private static let midnight: Int64 = 86_400

    /// Whether AWS's minimum days of classes hold; not where days are shortened for tests.
    let hasMinimumDays: Bool

    /// Throws `MalformedXML`, `InvalidArgument` and `InvalidRequest`.
    func read(
        _ root: XMLElement, minimum: Lifecycle.TransitionMinimum
    ) throws(S3Error) -> Lifecycle {
        let elements = root.all("Rule")
        guard (1...Lifecycle.maximumRules).contains(elements.count) else { throw S3Error(.malformedXML) }
        var rules: [Lifecycle.Rule] = []
        var ids: Set<[UInt8]> = []
        for element in elements {
            let rule = try self.rule(element)
            guard ids.insert(Array(rule.id.utf8)).inserted else {
                throw S3Error(
                    .invalidArgument, "Rule ID must be unique. Found same ID for more than one rule")
            }
            rules.append(rule)
        }
        return Lifecycle(rules: rules, transitionMinimum: minimum)
    }

    private func rule(_ element: XMLElement) throws(S3Error) -> Lifecycle.Rule {
        var id = element.text(of: "ID") ?? ""
        guard id.utf16.count <= Self.idLength else {
            throw S3Error(.invalidArgument, "ID length should not exceed allowed limit of \(Self.idLength)")
        }
        if id.isEmpty { id = VersionID.random().string }
        var rule = Lifecycle.Rule(id: id, filter: try filter(element))
        switch element.text(of: "Status") {
        case "Enabled": rule.isEnabled = true
        case "Disabled": rule.isEnabled = false
        default: throw S3Error(.malformedXML)
        }
        try readExpiration(element, &rule)
        if let noncurrent = element.first("NoncurrentVersionExpiration") {
            rule.noncurrentExpiration = try self.noncurrent(
                noncurrent, action: "NoncurrentVersionExpiration", allowsZero: false)
        }
        for transition in element.all("Transition") {
            rule.transitions.append(try self.transition(transition))
        }
        for transition in element.all("NoncurrentVersionTransition") {
            let when = try noncurrent(transition, action: "NoncurrentVersionTransition", allowsZero: true)
            let target = try storageClass(transition, days: when.days, action: "NoncurrentVersionTransition")
            rule.noncurrentTransitions.append(Lifecycle.NoncurrentTransition(when, target))
        }
        if let abort = element.first("AbortIncompleteMultipartUpload") {
            let days = try number(abort, "DaysAfterInitiation")
            guard days > 0 else {
                throw S3Error(
                    .invalidArgument,
                    "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer"
                )
            }
            rule.abortDays = days
        }
        try check(rule)
        return rule
    }

    private func readExpiration(_ element: XMLElement, _ rule: inout Lifecycle.Rule) throws(S3Error) {
        guard let expiration = element.first("Expiration") else { return }
        guard expiration.children.count == 1, let only = expiration.children.first else {
            throw S3Error(.malformedXML)
        }
        switch only.name {
        case "Days":
            let days = try number(expiration, "Days")
            guard days > 0 else {
                throw S3Error(
                    .invalidArgument, "'Days' for Expiration action must be a positive integer")
            }
            rule.expiration = .days(days)
        case "Date": rule.expiration = .date(try date(only))
        case "ExpiredObjectDeleteMarker":
            switch only.text.trimmed {
            case "true": rule.removesLoneMarkers = true
            case "false": break
            default: throw S3Error(.malformedXML)
            }
        default: throw S3Error(.malformedXML)
        }
    }

    private func transition(_ element: XMLElement) throws(S3Error) -> Lifecycle.Transition {
        switch (element.first("Days"), element.first("Date")) {
        case (.some, nil):
            let days = try number(element, "Days")
            guard days >= 0 else {
                throw S3Error(.invalidArgument, "'Days' in Transition action must be nonnegative")
            }
            return Lifecycle.Transition(
                .days(days), try storageClass(element, days: days, action: "Transition"))
        case (nil, let day?):
            return Lifecycle.Transition(
                .date(try date(day)), try storageClass(element, days: .max, action: "Transition"))
        default: throw S3Error(.malformedXML)
        }
    }

    private func noncurrent(
        _ element: XMLElement, action: String, allowsZero: Bool
    ) throws(S3Error) -> Lifecycle.Noncurrent {
        let days = try number(element, "NoncurrentDays")
        guard days > 0 || allowsZero && days == 0 else {
            throw S3Error(
                .invalidArgument, "'NoncurrentDays' for \(action) action must be a positive integer")
        }
        guard element.first("NewerNoncurrentVersions") != nil else { return Lifecycle.Noncurrent(days: days) }
        let newer = try number(element, "NewerNoncurrentVersions")
        guard Self.newerVersions.contains(newer) else {
            throw S3Error(
                .invalidArgument,
                "'NewerNoncurrentVersions' for \(action) action must be a positive integer of at most "
                    + "\(Self.newerVersions.upperBound)")
        }
        return Lifecycle.Noncurrent(days: days, newerVersions: newer)
    }

    private func storageClass(
        _ element: XMLElement, days: Int64, action: String
    ) throws(S3Error) -> String {
        guard let name = element.text(of: "StorageClass"), let target = StorageClass(rawValue: name),
            target.isTransitionTarget
        else { throw S3Error(.malformedXML) }
        guard days >= target.minimumDays || !hasMinimumDays else {
            throw S3Error(
                .invalidArgument,
                "'\(action == "Transition" ? "Days" : "NoncurrentDays")' in \(action) action must be greater "
                    + "than or equal to \(target.minimumDays) for storageClass '\(name)'")
        }
        return name
    }

    /// A time at midnight in UTC, in milliseconds since 1970.
    private func date(_ element: XMLElement) throws(S3Error) -> Int64 {
        guard let seconds = ISOTime.seconds(element.text.trimmed) else { throw S3Error(.malformedXML) }
        guard seconds % Self.midnight == 0 else {
            throw S3Error(.invalidArgument, "'Date' must be at midnight GMT")
        }
        return seconds * 1000
    }

    /// A number of at most 31 bits, as AWS's schema has it.
    private func number(_ element: XMLElement, _ name: String) throws(S3Error) -> Int64 {
        guard let text = element.text(of: name)?.trimmed else { throw S3Error(.malformedXML) }
        let isNegative = text.hasPrefix("-")
        guard let number = wireNumber(isNegative ? String(text.dropFirst()) : text),
            number <= Int64(Int32.max)
        else { throw S3Error(.malformedXML) }
        return isNegative ? -number : number
    }
}

extension LifecycleReader {
    private func filter(_ rule: XMLElement) throws(S3Error) -> LifecycleFilter {
        switch (rule.first("Filter"), rule.first("Prefix")) {
        case (nil, let prefix?): return LifecycleFilter(form: .rulePrefix, prefix: Array(prefix.text.utf8))
        case (let filter?, nil): return try conditions(filter)
        default: throw S3Error(.malformedXML)
        }
    }

    /// AWS takes one condition or `And`. Clients that send both mean all of it: nothing goes that either would keep.
    private func conditions(_ element: XMLElement) throws(S3Error) -> LifecycleFilter {
        var filter = LifecycleFilter()
        try add(element, tags: "Tag", to: &filter)
        if let all = element.first("And") {
            let single = filter.prefix
            filter.form = .conjunction
            try add(all, tags: "Tag", to: &filter)
            if let single, let prefix = filter.prefix, prefix.count < single.count { filter.prefix = single }
        }
        if let more = filter.sizeGreaterThan, let less = filter.sizeLessThan, more >= less {
            throw S3Error(
                .invalidRequest, "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'"
            )
        }
        return filter
    }

    private func add(
        _ element: XMLElement, tags name: String, to filter: inout LifecycleFilter
    ) throws(S3Error) {
        if let prefix = element.first("Prefix") { filter.prefix = Array(prefix.text.utf8) }
        for tag in element.all(name) {
            guard let key = tag.text(of: "Key"), let value = tag.text(of: "Value") else {
                throw S3Error(.malformedXML)
            }
            guard !filter.tags.contains(where: { $0.key.utf8.elementsEqual(key.utf8) }) else {
                throw S3Error(.invalidRequest, "Duplicate Tag Keys are not allowed.")
            }
            filter.tags.append(ObjectAttributes.Tag(key, value))
        }
        if element.first("ObjectSizeGreaterThan") != nil {
            filter.sizeGreaterThan = try size(element, "ObjectSizeGreaterThan")
        }
        if element.first("ObjectSizeLessThan") != nil {
            filter.sizeLessThan = try size(element, "ObjectSizeLessThan")
        }
    }

    private func size(_ element: XMLElement, _ name: String) throws(S3Error) -> Int64 {
        guard let text = element.text(of: name)?.trimmed, let size = wireNumber(text) else {
            throw S3Error(.malformedXML)
        }
        return size
    }

    /// What of a rule contradicts another part of it.
    private func check(_ rule: Lifecycle.Rule) throws(S3Error) {
        let hasAction =
            rule.expiration != nil || rule.removesLoneMarkers || rule.noncurrentExpiration != nil
            || !rule.transitions.isEmpty || !rule.noncurrentTransitions.isEmpty || rule.abortDays != nil
        guard hasAction else {
            throw S3Error(.invalidRequest, "At least one action needs to be specified in a rule")
        }
        if !rule.filter.tags.isEmpty {
            if rule.removesLoneMarkers {
                throw S3Error(.invalidRequest, "DeleteMarker cannot be specified with Tags.")
            }
            if rule.abortDays != nil {
                throw S3Error(
                    .invalidRequest, "AbortIncompleteMultipartUpload cannot be specified with Tags.")
            }
        } else if rule.filter.isAboutObjects, rule.abortDays != nil {
            throw S3Error(
                .invalidRequest, "AbortIncompleteMultipartUpload cannot be specified with Object Size.")
        }
        for transition in rule.transitions {
            switch (transition.moment, rule.expiration) {
            case (.days(let moved), .days(let gone)?) where gone <= moved:
                throw S3Error(
                    .invalidArgument,
                    "'Days' in the Expiration action for filter must be greater than 'Days' in the Transition action"
                )
            case (.date(let moved), .date(let gone)?) where gone <= moved:
                throw S3Error(
                    .invalidArgument,
                    "'Date' in the Expiration action must be later than 'Date' in the Transition action")
            case (.days, .date?), (.date, .days?):
                throw S3Error(
                    .invalidRequest,
                    "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule")
            default: break
            }
        }
    }
}
