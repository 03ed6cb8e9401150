/// Judges the versions of a bucket as a listing gives them: by key, newest first.
struct LifecycleWalk {
    let rules: Lifecycle
    let calendar: LifecycleCalendar
    /// Milliseconds since 1970.
    let now: Int64

    /// The version before, of whatever key.
    private var previous: ObjectVersion?
    /// A newest delete marker of which is not known yet whether it is alone.
    private var marker: ObjectVersion?
    private var newerNoncurrent: Int64 = 0
    private var work: [(ObjectVersion, LifecycleVerdict)] = []

    init(rules: Lifecycle, calendar: LifecycleCalendar, now: Int64) {
        self.rules = rules
        self.calendar = calendar
        self.now = now
    }

    mutating func take(_ version: ObjectVersion) {
        var standing = Lifecycle.Standing()
        if let previous, previous.key == version.key {
            marker = nil
            standing.replaced = previous.modified
            standing.newerNoncurrent = newerNoncurrent
            newerNoncurrent += 1
        } else {
            finish()
            newerNoncurrent = 0
            if version.isDeleteMarker { marker = version }
        }
        previous = version
        if marker == nil { judge(version, standing) }
    }

    /// The listing, or at least the key, is at its end.
    mutating func finish() {
        guard let marker else { return }
        self.marker = nil
        judge(marker, Lifecycle.Standing(isAlone: true))
    }

    /// What is to be done so far, given once.
    mutating func taken() -> [(ObjectVersion, LifecycleVerdict)] {
        defer { work = [] }
        return work
    }

    private mutating func judge(_ version: ObjectVersion, _ standing: Lifecycle.Standing) {
        let verdict = rules.verdict(on: version, standing, calendar, now: now)
        if verdict != .keep { work.append((version, verdict)) }
    }
}
