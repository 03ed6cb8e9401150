import Objects
import XML

extension XMLWriter {
    /// A `LifecycleConfiguration` document, with filters in the form in which they came.
    mutating func lifecycle(_ lifecycle: Lifecycle) {
        openRoot("LifecycleConfiguration")
        for rule in lifecycle.rules { self.rule(rule) }
        close()
    }

    private mutating func rule(_ rule: Lifecycle.Rule) {
        open("Rule")
        element("ID", rule.id)
        filter(rule.filter)
        element("Status", rule.isEnabled ? "Enabled" : "Disabled")
        if let expiration = rule.expiration {
            open("Expiration")
            moment(expiration)
            close()
        } else if rule.removesLoneMarkers {
            open("Expiration")
            element("ExpiredObjectDeleteMarker", true)
            close()
        }
        for transition in rule.transitions {
            open("Transition")
            moment(transition.moment)
            element("StorageClass", transition.storageClass)
            close()
        }
        for transition in rule.noncurrentTransitions {
            open("NoncurrentVersionTransition")
            noncurrent(transition.when)
            element("StorageClass", transition.storageClass)
            close()
        }
        if let expiration = rule.noncurrentExpiration {
            open("NoncurrentVersionExpiration")
            noncurrent(expiration)
            close()
        }
        if let days = rule.abortDays {
            open("AbortIncompleteMultipartUpload")
            element("DaysAfterInitiation", days)
            close()
        }
        close()
    }

    private mutating func moment(_ moment: Lifecycle.Moment) {
        switch moment {
        case .days(let days): element("Days", days)
        case .date(let date): Timestamp(date).write(to: &self, as: "Date")
        }
    }

    private mutating func noncurrent(_ when: Lifecycle.Noncurrent) {
        element("NoncurrentDays", when.days)
        if when.newerVersions > 0 { element("NewerNoncurrentVersions", when.newerVersions) }
    }

    private mutating func filter(_ filter: LifecycleFilter) {
        switch filter.form {
        case .rulePrefix: element("Prefix", utf8: filter.prefix ?? [])
        case .single:
            open("Filter")
            conditions(filter)
            close()
        case .conjunction:
            open("Filter")
            open("And")
            conditions(filter)
            close()
            close()
        }
    }

    private mutating func conditions(_ filter: LifecycleFilter) {
        if let prefix = filter.prefix { element("Prefix", utf8: prefix) }
        for tag in filter.tags {
            open("Tag")
            element("Key", tag.key)
            element("Value", tag.value)
            close()
        }
        if let size = filter.sizeGreaterThan { element("ObjectSizeGreaterThan", size) }
        if let size = filter.sizeLessThan { element("ObjectSizeLessThan", size) }
    }
}
