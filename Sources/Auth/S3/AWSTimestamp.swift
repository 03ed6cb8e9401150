/// A moment in the basic format of ISO 8601 that signatures use: `20130524T000000Z`.
struct AWSTimestamp: Hashable, Sendable {
    /// As signed.
    let text: String
    /// Seconds since 1970, not negative.
    let seconds: Int64

    /// `yyyyMMdd`, which begins the credential scope.
    var date: Substring { text.prefix(8) }

    /// Nil for anything but a real moment since 1970 in exactly this format.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == 0x54, bytes[15] == 0x5A,
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[4..<6]),
            let day = Self.number(bytes[6..<8]), let hour = Self.number(bytes[9..<11]),
            let minute = Self.number(bytes[11..<13]), let second = Self.number(bytes[13..<15]),
            (1970...9999).contains(year), (1...12).contains(month),
            day >= 1, day <= Self.days(inMonth: month, year: year), hour < 24, minute < 60, second < 60
        else { return nil }
        self.text = text
        let days = Self.daysSince1970(year: year, month: month, day: day)
        seconds = Int64(days * 86_400 + hour * 3600 + minute * 60 + second)
    }

    /// Nil before 1970 and after 9999.
    init?(seconds: Int64) {
        guard (0...253_402_300_799).contains(seconds) else { return nil }
        let parts = Self.parts(seconds)
        text =
            Self.padded(parts.year, 4) + Self.padded(parts.month, 2) + Self.padded(parts.day, 2) + "T"
            + Self.padded(parts.time / 3600, 2) + Self.padded(parts.time / 60 % 60, 2)
            + Self.padded(parts.time % 60, 2) + "Z"
        self.seconds = seconds
    }

    /// `2013-05-24T00:00:00Z`, for messages.
    static func extended(_ seconds: Int64) -> String {
        let parts = Self.parts(min(max(0, seconds), 253_402_300_799))
        return padded(parts.year, 4) + "-" + padded(parts.month, 2) + "-" + padded(parts.day, 2) + "T"
            + padded(parts.time / 3600, 2) + ":" + padded(parts.time / 60 % 60, 2) + ":"
            + padded(parts.time % 60, 2) + "Z"
    }

    /// Whether the text could be the date of a credential scope: eight digits.
    static func isDate(_ text: Substring) -> Bool {
        text.utf8.count == 8 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }

    private static func padded(_ value: Int, _ count: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }

    private static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Counts in years that begin in March, so that the leap day is the last of its year.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }

    private static func parts(_ seconds: Int64) -> (year: Int, month: Int, day: Int, time: Int) {
        let days = Int(seconds / 86_400) + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, Int(seconds % 86_400)
        )
    }
}
