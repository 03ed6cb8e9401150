/// What a Range field asks of a representation.
package enum RangeResult: Equatable, Sendable {
    /// Not understood, or not worth it: answer as if the field were not there (RFC 9110 section 14.2).
    case ignored
    /// At least one range; in the order asked, cut to the representation, none empty.
    case satisfiable([Range<Int64>])
    /// 416 with `Content-Range: bytes */length`.
    case unsatisfiable
}

/// Ranges that one request may ask for; of more the field is ignored (CVE-2011-3192).
package let maxRangeCount = 64

/// Reads a Range field against a representation of `length` bytes (RFC 9110 section 14.1.2).
///
/// Unknown units and bad syntax are ignored; so are sets of several ranges that together are longer than the
/// whole. Numbers too large for Int64 mean "beyond the end". Nothing of an empty representation is satisfiable.
package func parseRange(_ header: String, length: Int64) -> RangeResult {
    var reader = FieldReader(header)
    guard reader.skipWord("bytes"), reader.skip(0x3D /* = */) else { return .ignored }
    var ranges: [Range<Int64>] = []
    var count = 0
    var total: Int64 = 0
    repeat {
        reader.skipBlanks()
        if reader.peek == nil || reader.peek == 0x2C { continue }
        count += 1
        guard count <= maxRangeCount, let spec = reader.rangeSpec() else { return .ignored }
        reader.skipBlanks()
        guard reader.peek == nil || reader.peek == 0x2C else { return .ignored }
        guard let range = spec.resolved(length), !range.isEmpty else { continue }
        ranges.append(range)
        // The first alone always fits; compared so that no sum passes Int64.max.
        guard range.upperBound - range.lowerBound <= length - total else { return .ignored }
        total += range.upperBound - range.lowerBound
    } while reader.skip(0x2C /* , */)
    guard reader.atEnd, count > 0 else { return .ignored }
    return ranges.isEmpty ? .unsatisfiable : .satisfiable(ranges)
}

private enum RangeSpec {
    case from(Int64)
    case between(Int64, Int64)
    case suffix(Int64)

    func resolved(_ length: Int64) -> Range<Int64>? {
        guard length > 0 else { return nil }
        switch self {
        case .from(let first):
            return first < length ? first..<length : nil
        case .between(let first, let last):
            return first < length ? first..<(min(last, length - 1) + 1) : nil
        case .suffix(let count):
            return count > 0 ? max(0, length - count)..<length : nil
        }
    }
}

extension FieldReader {
    fileprivate mutating func rangeSpec() -> RangeSpec? {
        if skip(0x2D /* - */) {
            return saturatingNumber().map(RangeSpec.suffix)
        }
        guard let first = saturatingNumber(), skip(0x2D) else { return nil }
        guard let digit = peek, digit >= 0x30, digit <= 0x39 else { return .from(first) }
        guard let last = saturatingNumber(), first <= last else { return nil }
        return .between(first, last)
    }
}
