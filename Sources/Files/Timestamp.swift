/// A moment as ISO 8601 with milliseconds in UTC, such as `2025-01-31T12:00:00.000Z`.
///
/// `milliseconds` since 1970; outside the years 0 to 9999 it is moved to the nearest end.
package func timestamp(_ milliseconds: Int64) -> String {
    let clamped = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
    let inDay = ((clamped % 86_400_000) + 86_400_000) % 86_400_000
    let date = civilDate(day: Int((clamped - inDay) / 86_400_000))
    var text: [UInt8] = []
    text.reserveCapacity(24)
    func append(_ number: Int, _ divisor: Int, _ mark: UInt8) {
        var divisor = divisor
        while divisor > 0 {
            text.append(0x30 + UInt8(number / divisor % 10))
            divisor /= 10
        }
        text.append(mark)
    }
    let time = Int(inDay)
    append(date.year, 1000, UInt8(ascii: "-"))
    append(date.month, 10, UInt8(ascii: "-"))
    append(date.day, 10, UInt8(ascii: "T"))
    append(time / 3_600_000, 10, UInt8(ascii: ":"))
    append(time / 60_000 % 60, 10, UInt8(ascii: ":"))
    append(time / 1000 % 60, 10, UInt8(ascii: "."))
    append(time % 1000, 100, UInt8(ascii: "Z"))
    return String(decoding: text, as: UTF8.self)
}

/// Days since 1970 to a Gregorian date, by the 400-year cycle that begins on 1 March.
private func civilDate(day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
    return (year, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
}
