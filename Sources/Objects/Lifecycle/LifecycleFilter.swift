/// Which objects a lifecycle rule is about: all conditions that are there must hold.
package struct LifecycleFilter: Hashable, Sendable {
    /// How the client wrote it, which is how it is given back.
    package enum Form: Int64, Sendable {
        /// `Prefix` in the rule itself, as before filters were introduced.
        case rulePrefix
        /// One condition, or none, in `Filter`.
        case single
        /// Several, in `And`.
        case conjunction
    }

    package var form: Form
    package var prefix: [UInt8]?
    package var tags: [ObjectAttributes.Tag]
    /// Bytes.
    package var sizeGreaterThan: Int64?
    /// Bytes.
    package var sizeLessThan: Int64?

    package init(
        form: Form = .single, prefix: [UInt8]? = nil, tags: [ObjectAttributes.Tag] = [],
        sizeGreaterThan: Int64? = nil, sizeLessThan: Int64? = nil
    ) {
        self.form = form
        self.prefix = prefix
        self.tags = tags
        self.sizeGreaterThan = sizeGreaterThan
        self.sizeLessThan = sizeLessThan
    }

    package func matches(_ key: ObjectKey) -> Bool {
        prefix.map { key.bytes.starts(with: $0) } ?? true
    }

    package func matches(_ version: ObjectVersion) -> Bool {
        guard matches(version.key) else { return false }
        if let sizeGreaterThan, version.size <= sizeGreaterThan { return false }
        if let sizeLessThan, version.size >= sizeLessThan { return false }
        if tags.isEmpty { return true }
        let present = version.attributes.tags
        return tags.allSatisfy { wanted in
            present.contains {
                $0.key.utf8.elementsEqual(wanted.key.utf8) && $0.value.utf8.elementsEqual(wanted.value.utf8)
            }
        }
    }

    /// Whether it speaks of what only objects have, so that it says nothing of delete markers and uploads.
    package var isAboutObjects: Bool { !tags.isEmpty || sizeGreaterThan != nil || sizeLessThan != nil }
}
