import Synchronization

/// A clock that stands still until it is told.
final class TestClock: Sendable {
    /// 2026-01-02 03:04:05 UTC.
    private let milliseconds = Mutex<Int64>(1_767_323_045_000)

    var now: Int64 { milliseconds.withLock { $0 } }

    func advance(seconds: Int64) {
        milliseconds.withLock { $0 += seconds * 1000 }
    }

    /// The time as signatures write it.
    var amzDate: String {
        let seconds = now / 1000
        let days = Int(seconds / 86_400)
        let time = Int(seconds % 86_400)
        // Days of the year 2026 and later, counted month by month: short, and no date code of the server's.
        var day = days - 20_454
        var year = 2026
        while day >= (year % 4 == 0 ? 366 : 365) {
            day -= year % 4 == 0 ? 366 : 365
            year += 1
        }
        var month = 1
        for length in [31, year % 4 == 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
            if day < length { break }
            day -= length
            month += 1
        }
        return
            "\(year)\(two(month))\(two(day + 1))T\(two(time / 3600))\(two(time / 60 % 60))\(two(time % 60))Z"
    }

    private func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
