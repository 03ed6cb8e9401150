import Objects

/// Something beside the bytes of objects that has one value at a time, and what it is given; nil takes it away.
enum Setting: Hashable, Sendable {
    case tags(of: String, String?)
    case list(of: String, String?)
    /// In governance mode, for some minutes from the beginning of the clock.
    case retention(of: String, minutes: Int?)
    case configuration(BucketConfiguration, String?)
    /// One version more, or the switch, than what is there.
    case key(String, versions: Int, isDisabled: Bool = false)

    /// What is set, without the value.
    var name: String {
        switch self {
        case .tags(let key, _): "tags of \(key)"
        case .list(let key, _): "access control list of \(key)"
        case .retention(let key, _): "retention of \(key)"
        case .configuration(let kind, _): "configuration \(kind)"
        case .key(let name, _, _): "key \(name)"
        }
    }

    /// Nil when nothing is set.
    var value: String? {
        switch self {
        case .tags(_, let text), .list(_, let text), .configuration(_, let text): text
        case .retention(_, let minutes): minutes.map { "\($0)" }
        case .key(_, let versions, let isDisabled): Self.value(versions: versions, isDisabled: isDisabled)
        }
    }

    static func value(versions: Int, isDisabled: Bool) -> String {
        "\(versions)\(isDisabled ? " disabled" : "")"
    }
}
