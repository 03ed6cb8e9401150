extension Lifecycle {
    /// As the catalog keeps it.
    package var encoded: [UInt8] {
        var writer = DocumentWriter()
        writer.text(transitionMinimum.rawValue)
        writer.list(rules) { $1.write(to: &$0) }
        return writer.bytes
    }

    /// Throws `corrupt` for what `encoded` never gave.
    package init(encoded bytes: [UInt8]) throws(StoreError) {
        var reader = DocumentReader(bytes)
        guard let minimum = TransitionMinimum(rawValue: try reader.text()) else {
            throw DocumentReader.broken
        }
        let rules = try reader.list { reader throws(StoreError) in try Rule(from: &reader) }
        self.init(rules: rules, transitionMinimum: minimum)
    }
}

extension Lifecycle.Rule {
    fileprivate func write(to writer: inout DocumentWriter) {
        writer.text(id)
        writer.flag(isEnabled)
        filter.write(to: &writer)
        writer.optional(expiration) { $1.write(to: &$0) }
        writer.flag(removesLoneMarkers)
        writer.optional(noncurrentExpiration) { $1.write(to: &$0) }
        writer.list(transitions) {
            $1.moment.write(to: &$0)
            $0.text($1.storageClass)
        }
        writer.list(noncurrentTransitions) {
            $1.when.write(to: &$0)
            $0.text($1.storageClass)
        }
        writer.optional(abortDays) { $0.number($1) }
    }

    fileprivate init(from reader: inout DocumentReader) throws(StoreError) {
        self.init(
            id: try reader.text(), isEnabled: try reader.flag(),
            filter: try LifecycleFilter(from: &reader),
            expiration: try reader.optional { reader throws(StoreError) in
                try Lifecycle.Moment(from: &reader)
            }, removesLoneMarkers: try reader.flag(),
            noncurrentExpiration: try reader.optional { reader throws(StoreError) in
                try Lifecycle.Noncurrent(from: &reader)
            },
            transitions: try reader.list { reader throws(StoreError) in
                Lifecycle.Transition(try Lifecycle.Moment(from: &reader), try reader.text())
            },
            noncurrentTransitions: try reader.list { reader throws(StoreError) in
                Lifecycle.NoncurrentTransition(try Lifecycle.Noncurrent(from: &reader), try reader.text())
            },
            abortDays: try reader.optional { reader throws(StoreError) in try reader.number() })
    }
}

extension LifecycleFilter {
    fileprivate func write(to writer: inout DocumentWriter) {
        writer.number(form.rawValue)
        writer.optional(prefix) { $0.run($1) }
        writer.list(tags) {
            $0.text($1.key)
            $0.text($1.value)
        }
        writer.optional(sizeGreaterThan) { $0.number($1) }
        writer.optional(sizeLessThan) { $0.number($1) }
    }

    fileprivate init(from reader: inout DocumentReader) throws(StoreError) {
        guard let form = Form(rawValue: try reader.number()) else { throw DocumentReader.broken }
        self.init(
            form: form, prefix: try reader.optional { reader throws(StoreError) in try reader.run() },
            tags: try reader.list { reader throws(StoreError) in
                ObjectAttributes.Tag(try reader.text(), try reader.text())
            },
            sizeGreaterThan: try reader.optional { reader throws(StoreError) in try reader.number() },
            sizeLessThan: try reader.optional { reader throws(StoreError) in try reader.number() })
    }
}

extension Lifecycle.Moment {
    fileprivate func write(to writer: inout DocumentWriter) {
        switch self {
        case .days(let days):
            writer.flag(false)
            writer.number(days)
        case .date(let date):
            writer.flag(true)
            writer.number(date)
        }
    }

    fileprivate init(from reader: inout DocumentReader) throws(StoreError) {
        self = try reader.flag() ? .date(try reader.number()) : .days(try reader.number())
    }
}

extension Lifecycle.Noncurrent {
    fileprivate func write(to writer: inout DocumentWriter) {
        writer.number(days)
        writer.number(newerVersions)
    }

    fileprivate init(from reader: inout DocumentReader) throws(StoreError) {
        self.init(days: try reader.number(), newerVersions: try reader.number())
    }
}
