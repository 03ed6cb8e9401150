/// What is to be done with a version now.
package enum LifecycleVerdict: Hashable, Sendable {
    case keep
    /// The current version goes as a DELETE without a version id makes it go.
    case expire
    /// This version, or delete marker, goes for good.
    case remove
    /// Nil is STANDARD.
    case move(to: String)
}

extension Lifecycle {
    /// How a version stands among those of its key.
    package struct Standing: Hashable, Sendable {
        /// When the next newer version was made, milliseconds since 1970; nil for the newest.
        package var replaced: Int64?
        /// Noncurrent versions of the key that are newer.
        package var newerNoncurrent: Int64
        /// No other version of the key is there.
        package var isAlone: Bool

        package init(replaced: Int64? = nil, newerNoncurrent: Int64 = 0, isAlone: Bool = false) {
            self.replaced = replaced
            self.newerNoncurrent = newerNoncurrent
            self.isAlone = isAlone
        }
    }

    /// Pure. To go comes before to move; of several classes that are due the last on the way counts.
    ///
    /// - Parameter now: milliseconds since 1970.
    package func verdict(
        on version: ObjectVersion, _ standing: Standing, _ calendar: LifecycleCalendar, now: Int64
    ) -> LifecycleVerdict {
        let rules = rules.filter { $0.isEnabled && $0.filter.matches(version) }
        if rules.isEmpty { return .keep }
        guard let replaced = standing.replaced else {
            if version.isDeleteMarker {
                let goes =
                    standing.isAlone
                    && rules.contains { $0.removes(loneMarker: version, calendar, now: now) }
                return goes ? .remove : .keep
            }
            let isDue = rules.contains { rule in
                rule.expiration.map { calendar.due($0, after: version.modified) <= now } ?? false
            }
            if isDue { return .expire }
            let due = rules.flatMap(\.transitions).filter {
                calendar.due($0.moment, after: version.modified) <= now
            }
            return move(version, to: due.map(\.storageClass), calendar)
        }
        func holds(_ when: Noncurrent) -> Bool {
            standing.newerNoncurrent >= when.newerVersions
                && calendar.due(when.days, after: replaced) <= now
        }
        if rules.contains(where: { $0.noncurrentExpiration.map(holds) ?? false }) { return .remove }
        if version.isDeleteMarker { return .keep }
        let due = rules.flatMap(\.noncurrentTransitions).filter { holds($0.when) }
        return move(version, to: due.map(\.storageClass), calendar)
    }

    private func move(
        _ version: ObjectVersion, to names: [String], _ calendar: LifecycleCalendar
    ) -> LifecycleVerdict {
        let present = StorageClass.rank(version.metadata.storageClass)
        let target = names.filter { StorageClass.rank($0) > present && mayMove(version, to: $0, calendar) }
            .max { StorageClass.rank($0) < StorageClass.rank($1) }
        return target.map { .move(to: $0) } ?? .keep
    }

    private func mayMove(
        _ version: ObjectVersion, to name: String, _ calendar: LifecycleCalendar
    ) -> Bool {
        if calendar.isShortened || version.size >= Self.minimumTransitionSize { return true }
        return transitionMinimum == .byClass && StorageClass(rawValue: name)?.isArchive == true
    }

    /// When, and by which rule, the current version goes first; nil when it stays. For `x-amz-expiration`.
    package func expiration(
        of version: ObjectVersion, _ calendar: LifecycleCalendar
    ) -> (date: Int64, rule: String)? {
        var first: (date: Int64, rule: String)?
        for rule in rules where rule.isEnabled && rule.filter.matches(version) {
            guard let expiration = rule.expiration else { continue }
            let date = calendar.due(expiration, after: version.modified)
            if first.map({ date < $0.date }) ?? true { first = (date, rule.id) }
        }
        return first
    }

    /// When, and by which rule, an upload begun at `created` is aborted; nil when never. For `x-amz-abort-date`.
    package func abortion(
        of key: ObjectKey, begun created: Int64, _ calendar: LifecycleCalendar
    ) -> (date: Int64, rule: String)? {
        var first: (date: Int64, rule: String)?
        for rule in rules where rule.isEnabled && rule.filter.matches(key) && !rule.filter.isAboutObjects {
            guard let days = rule.abortDays else { continue }
            let date = calendar.due(days, after: created)
            if first.map({ date < $0.date }) ?? true { first = (date, rule.id) }
        }
        return first
    }

    /// What all keys that any rule may be about begin with.
    package var commonPrefix: [UInt8] {
        let prefixes = rules.filter(\.isEnabled).map { $0.filter.prefix ?? [] }
        guard var common = prefixes.first else { return [] }
        for prefix in prefixes.dropFirst() {
            common = zip(common, prefix).prefix { $0 == $1 }.map(\.0)
        }
        return common
    }
}

extension Lifecycle.Rule {
    /// A marker has neither tags nor a size, and an expiration by days is a promise about it too.
    fileprivate func removes(
        loneMarker marker: ObjectVersion, _ calendar: LifecycleCalendar, now: Int64
    ) -> Bool {
        guard !filter.isAboutObjects else { return false }
        if removesLoneMarkers { return true }
        return expiration.map { calendar.due($0, after: marker.modified) <= now } ?? false
    }
}
