import XML

/// A time as S3's documents write it: ISO 8601 in UTC with milliseconds.
struct Timestamp {
    private let bytes: InlineArray<24, UInt8>

    /// - Parameter milliseconds: since 1970; outside the years 0 to 9999 the nearest of them.
    init(_ milliseconds: Int64) {
        let clamped = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let day = clamped >= 0 ? clamped / 86_400_000 : (clamped - 86_399_999) / 86_400_000
        let time = Int(clamped - day * 86_400_000)
        let date = Self.civil(fromDay: Int(day))
        var text = Self.form
        Self.write(date.year, to: &text, at: 0, digits: 4)
        Self.write(date.month, to: &text, at: 5, digits: 2)
        Self.write(date.day, to: &text, at: 8, digits: 2)
        Self.write(time / 3_600_000, to: &text, at: 11, digits: 2)
        Self.write(time / 60_000 % 60, to: &text, at: 14, digits: 2)
        Self.write(time / 1000 % 60, to: &text, at: 17, digits: 2)
        Self.write(time % 1000, to: &text, at: 20, digits: 3)
        bytes = text
    }

    var string: String { String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) }

    func write(to xml: inout XMLWriter, as name: StaticString) {
        xml.element(name, plain: bytes.span)
    }

    /// `0000-00-00T00:00:00.000Z`.
    private static let form: InlineArray<24, UInt8> = [
        48, 48, 48, 48, 45, 48, 48, 45, 48, 48, 84, 48, 48, 58, 48, 48, 58, 48, 48, 46, 48, 48, 48, 90,
    ]

    private static func write(
        _ number: Int, to text: inout InlineArray<24, UInt8>, at start: Int, digits: Int
    ) {
        var rest = number
        for index in (start..<start + digits).reversed() {
            text[index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }

    /// Days since 1970 to a Gregorian date, by the 400-year cycle that begins on 1 March.
    private static func civil(fromDay day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let january = month < 10 ? month + 3 : month - 9
        return (year + era * 400 + (january <= 2 ? 1 : 0), january, dayOfYear - (153 * month + 2) / 5 + 1)
    }
}
