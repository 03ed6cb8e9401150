import HTTPServer
import Objects

/// Reads the conditions of a write; they are judged when it commits.
enum WriteConditions {
    /// Entity tags of one condition.
    private static let maximumTags = 64

    static func parse(_ headers: HeaderFields) throws(Refusal) -> WritePreconditions {
        WritePreconditions(
            ifMatch: try match("If-Match", headers, weakly: false),
            ifNoneMatch: try match("If-None-Match", headers, weakly: true))
    }

    /// `weakly`: a weak tag counts as its strong one; otherwise it matches nothing (RFC 9110 section 8.8.3.2).
    private static func match(
        _ name: String, _ headers: HeaderFields, weakly: Bool
    ) throws(Refusal) -> WritePreconditions.Match? {
        let lines = headers.values(name)
        guard !lines.isEmpty else { return nil }
        let list = Array(lines.joined(separator: ",").utf8)
        var tags: [String] = []
        var count = 0
        var index = 0
        while index < list.count {
            let byte = list[index]
            if byte == 0x20 || byte == 0x09 || byte == 0x2C {
                index += 1
                continue
            }
            count += 1
            guard count <= maximumTags else { throw .invalid("The field \(name) has too many entity tags.") }
            let isWeak = byte == 0x57 && list[index...].starts(with: [0x57, 0x2F, 0x22])
            if isWeak { index += 2 }
            let (tag, end) = try entityTag(list, from: index, name)
            index = end
            if tag == "*", byte == 0x2A { return .any }
            if weakly || !isWeak { tags.append(tag) }
        }
        guard count > 0 else { throw .invalid("The field \(name) has no entity tag.") }
        return .etags(tags)
    }

    /// A tag in quotes, or a bare word as S3 clients send it; and where the list goes on.
    private static func entityTag(
        _ list: [UInt8], from start: Int, _ name: String
    ) throws(Refusal) -> (String, Int) {
        if list[start] == 0x22 {
            guard let end = list[(start + 1)...].firstIndex(of: 0x22) else {
                throw .invalid("The field \(name) has an entity tag whose quotes do not close.")
            }
            return (String(decoding: list[(start + 1)..<end], as: UTF8.self), end + 1)
        }
        let end = list[start...].firstIndex { $0 == 0x2C || $0 == 0x20 || $0 == 0x09 } ?? list.count
        return (String(decoding: list[start..<end], as: UTF8.self), end)
    }
}
