/// Dates of HTTP (RFC 9110 section 5.6.7).
package enum HTTPDate {
    /// The date as IMF-fixdate; outside the years 0 to 9999 it is moved to the nearest end.
    package static func format(_ seconds: Int64) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        append(seconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let days: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let longDays: [StaticString] = [
        "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    ]
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let earliest: Int64 = -62_167_219_200
    private static let latest: Int64 = 253_402_300_799

    /// Appends the 29 bytes of the IMF-fixdate.
    static func append(_ seconds: Int64, to bytes: inout [UInt8]) {
        let seconds = min(max(seconds, earliest), latest)
        let day = Int((seconds - (((seconds % 86_400) + 86_400) % 86_400)) / 86_400)
        let time = Int(seconds - Int64(day) * 86_400)
        let date = civil(fromDay: day)
        append(days[((day + 4) % 7 + 7) % 7], to: &bytes)
        bytes += [0x2C, 0x20]
        append(date.day, digits: 2, to: &bytes)
        bytes.append(0x20)
        append(months[date.month - 1], to: &bytes)
        bytes.append(0x20)
        append(date.year, digits: 4, to: &bytes)
        bytes.append(0x20)
        append(time / 3600, digits: 2, to: &bytes)
        bytes.append(0x3A)
        append(time / 60 % 60, digits: 2, to: &bytes)
        bytes.append(0x3A)
        append(time % 60, digits: 2, to: &bytes)
        append(" GMT", to: &bytes)
    }

    /// The date as access logs write it, such as `06/Feb/2019:00:00:38 +0000`.
    package static func logForm(_ seconds: Int64) -> String {
        let date = Array(format(seconds).utf8)
        func text(_ range: Range<Int>) -> String { String(decoding: date[range], as: UTF8.self) }
        return "\(text(5..<7))/\(text(8..<11))/\(text(12..<16)):\(text(17..<25)) +0000"
    }

    private static func append(_ text: StaticString, to bytes: inout [UInt8]) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private static func append(_ number: Int, digits: Int, to bytes: inout [UInt8]) {
        var divisor = digits == 4 ? 1000 : 10
        while divisor > 0 {
            bytes.append(0x30 + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    /// Days since 1970 to a Gregorian date, by the 400-year cycle that begins on 1 March.
    private static func civil(fromDay day: Int) -> (year: Int, month: Int, day: Int) {
        let z = day + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func day(ofYear year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Seconds since 1970 of an IMF-fixdate, an RFC 850 date or an asctime date; nil for anything else.
    ///
    /// A two-digit year that seems more than 50 years ahead lies in the past (RFC 9110 section 5.6.7).
    package static func parse(_ text: String) -> Int64? {
        parse(text, now: wallClockMilliseconds() / 1000)
    }

    static func parse(_ text: String, now: Int64) -> Int64? {
        guard text.utf8.count <= 64 else { return nil }
        var reader = FieldReader(text)
        reader.skipBlanks()
        let result: Int64?
        if longDays.contains(where: { reader.skipWord($0) }) {
            result = reader.skip(0x2C) && reader.skip(0x20) ? rfc850(&reader, now: now) : nil
        } else if days.contains(where: { reader.skipName($0) }) {
            if reader.skip(0x2C) {
                result = reader.skip(0x20) ? fixdate(&reader) : nil
            } else {
                result = reader.skip(0x20) ? asctime(&reader) : nil
            }
        } else {
            result = nil
        }
        reader.skipBlanks()
        return reader.atEnd ? result : nil
    }

    private static func fixdate(_ reader: inout FieldReader) -> Int64? {
        guard let day = reader.digits(2), reader.skip(0x20), let month = month(&reader), reader.skip(0x20),
            let year = reader.digits(4), reader.skip(0x20), let time = time(&reader), reader.skipName(" GMT")
        else { return nil }
        return seconds(year, month, day, time)
    }

    private static func rfc850(_ reader: inout FieldReader, now: Int64) -> Int64? {
        guard let day = reader.digits(2), reader.skip(0x2D), let month = month(&reader), reader.skip(0x2D),
            let short = reader.digits(2), reader.skip(0x20), let time = time(&reader), reader.skipName(" GMT")
        else { return nil }
        let thisYear = civil(fromDay: Int(now / 86_400)).year
        var year = thisYear - thisYear % 100 + short
        if year > thisYear + 50 { year -= 100 }
        return seconds(year, month, day, time)
    }

    private static func asctime(_ reader: inout FieldReader) -> Int64? {
        guard let month = month(&reader), reader.skip(0x20) else { return nil }
        guard let day = reader.skip(0x20) ? reader.digits(1) : reader.digits(2), reader.skip(0x20),
            let time = time(&reader), reader.skip(0x20), let year = reader.digits(4)
        else { return nil }
        return seconds(year, month, day, time)
    }

    private static func month(_ reader: inout FieldReader) -> Int? {
        months.firstIndex { reader.skipName($0) }.map { $0 + 1 }
    }

    private static func time(_ reader: inout FieldReader) -> Int? {
        guard let hour = reader.digits(2), reader.skip(0x3A), let minute = reader.digits(2),
            reader.skip(0x3A), let second = reader.digits(2),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ time: Int) -> Int64? {
        let number = self.day(ofYear: year, month: month, day: day)
        // A day that the month does not have comes back as another date.
        let back = civil(fromDay: number)
        guard day > 0, back.day == day, back.month == month else { return nil }
        return Int64(number) * 86_400 + Int64(time)
    }
}

extension FieldReader {
    /// Skips a name exactly as written.
    fileprivate mutating func skipName(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { name in
            var copy = self
            for byte in name where !copy.skip(byte) { return false }
            self = copy
            return true
        }
    }

    /// Exactly this many digits.
    fileprivate mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let byte = next(), byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }
}
