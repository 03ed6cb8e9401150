import XML

/// A time as S3's documents write it: ISO 8601 in UTC with milliseconds.
struct Timestamp {
    private let bytes: [UInt8]

    /// - Parameter milliseconds: since 1970; outside the years 0 to 9999 the nearest of them.
    init(_ milliseconds: Int64) {
        let clamped = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let day = clamped >= 0 ? clamped / 86_400_000 : (clamped - 86_399_999) / 86_400_000
        let time = Int(clamped - day * 86_400_000)
        let date = Self.civil(fromDay: Int(day))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        Self.append(date.year, 1000, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(date.month, 10, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(date.day, 10, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        Self.append(time / 3_600_000, 10, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(time / 60_000 % 60, 10, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(time / 1000 % 60, 10, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        Self.append(time % 1000, 100, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
        self.bytes = bytes
    }

    var string: String { String(decoding: bytes, as: UTF8.self) }

    func write(to xml: inout XMLWriter, as name: String) {
        xml.element(name, utf8: bytes)
    }

    private static func append(_ number: Int, _ highest: Int, to bytes: inout [UInt8]) {
        var divisor = highest
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
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
