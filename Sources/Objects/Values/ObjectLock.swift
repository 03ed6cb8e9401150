/// Until when a version may not be deleted.
///
/// Source: AWS, "Locking objects with Object Lock".
package struct Retention: Hashable, Sendable {
    package enum Mode: String, Sendable {
        /// Whoever may bypass it, and says so, can delete the version, shorten or remove the retention.
        case governance = "GOVERNANCE"
        /// Nobody can, until it ends.
        case compliance = "COMPLIANCE"
    }

    package var mode: Mode
    /// Milliseconds since 1970.
    package var until: Int64

    package init(mode: Mode, until: Int64) {
        self.mode = mode
        self.until = until
    }
}

/// A bucket's object lock, with the retention that new versions get which bring none.
package struct ObjectLock: Hashable, Sendable {
    package enum Period: Hashable, Sendable {
        case days(Int)
        case years(Int)
    }

    package struct Default: Hashable, Sendable {
        package var mode: Retention.Mode
        package var period: Period

        package init(mode: Retention.Mode, period: Period) {
            self.mode = mode
            self.period = period
        }
    }

    /// Longest default retention, as AWS has it.
    package static let maximumDays = 36_500
    package static let maximumYears = 100

    package var defaultRetention: Default?

    package init(defaultRetention: Default? = nil) {
        self.defaultRetention = defaultRetention
    }

    /// The retention of a version made at `modified` (ms) that brings none.
    package func retention(of modified: Int64) -> Retention? {
        defaultRetention.map { rule in
            let days =
                switch rule.period {
                case .days(let days): days
                case .years(let years): years * 365
                }
            return Retention(mode: rule.mode, until: modified + Int64(days) * 86_400_000)
        }
    }
}

extension ObjectLock {
    /// Mode, unit and count as one short text, such as `GOVERNANCE d 30`; empty without a default retention.
    package var encoded: [UInt8] {
        guard let rule = defaultRetention else { return [] }
        let period =
            switch rule.period {
            case .days(let days): "d \(days)"
            case .years(let years): "y \(years)"
            }
        return Array("\(rule.mode.rawValue) \(period)".utf8)
    }

    /// Throws `corrupt` for what `encoded` never gave.
    package init(encoded bytes: [UInt8]) throws(StoreError) {
        if bytes.isEmpty {
            self.init()
            return
        }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard words.count == 3, let mode = Retention.Mode(rawValue: String(words[0])),
            let count = Int(words[2]), (1...Self.maximumDays).contains(count),
            words[1] == "d" || words[1] == "y"
        else { throw .corrupt("a bucket's object lock cannot be read") }
        self.init(
            defaultRetention: Default(mode: mode, period: words[1] == "d" ? .days(count) : .years(count)))
    }
}

extension Bucket {
    /// Nil for a bucket without object lock.
    package var objectLock: ObjectLock? {
        get throws(StoreError) {
            guard let document = configurations[.objectLock] else { return nil }
            return try ObjectLock(encoded: document.bytes)
        }
    }
}
