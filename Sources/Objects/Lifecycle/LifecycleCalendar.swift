/// When something is due that a rule counts in days.
package struct LifecycleCalendar: Hashable, Sendable {
    private static let trueDay: Int64 = 86_400_000

    /// Milliseconds.
    package let day: Int64

    /// As AWS counts.
    package static let standard = LifecycleCalendar(daySeconds: 86_400)

    /// - Parameter daySeconds: 86,400; fewer for tests, which cannot wait so long.
    package init(daySeconds: Int) {
        day = Int64(max(daySeconds, 1)) * 1000
    }

    /// Whether days are shorter than they are: then midnight means nothing, and objects are as small as tests make
    /// them.
    package var isShortened: Bool { day != Self.trueDay }

    /// The moment `days` after `start`, put off to the next midnight in UTC; milliseconds since 1970.
    package func due(_ days: Int64, after start: Int64) -> Int64 {
        let (length, overflowed) = days.multipliedReportingOverflow(by: day)
        let (end, carried) = start.addingReportingOverflow(length)
        guard !overflowed, !carried, end <= .max - day else { return .max }
        guard !isShortened else { return end }
        return (end + day - 1) / day * day
    }

    package func due(_ moment: Lifecycle.Moment, after start: Int64) -> Int64 {
        switch moment {
        case .days(let days): due(days, after: start)
        case .date(let date): date
        }
    }
}
