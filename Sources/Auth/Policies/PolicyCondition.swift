import HTTPServer

/// One comparison of a statement: an operator, a key, and the values of which one must fit.
///
/// Source: AWS IAM, "IAM JSON policy elements: Condition operators".
struct PolicyCondition: Hashable, Sendable {
    enum Operator: String, Sendable, CaseIterable {
        case stringEquals, stringNotEquals, stringEqualsIgnoreCase, stringNotEqualsIgnoreCase, stringLike
        case stringNotLike
        case numericEquals, numericNotEquals, numericLessThan, numericLessThanEquals, numericGreaterThan
        case numericGreaterThanEquals
        case dateEquals, dateNotEquals, dateLessThan, dateLessThanEquals, dateGreaterThan,
            dateGreaterThanEquals
        case bool, binaryEquals, ipAddress, notIpAddress, arnEquals, arnLike, arnNotEquals, arnNotLike, null

        /// Those that are true when no value fits.
        var isNegated: Bool {
            switch self {
            case .stringNotEquals, .stringNotEqualsIgnoreCase, .stringNotLike, .numericNotEquals,
                .dateNotEquals,
                .notIpAddress, .arnNotEquals, .arnNotLike:
                true
            default: false
            }
        }
    }

    enum Quantifier: Sendable {
        /// The request has one value.
        case one
        case anyValue
        case allValues
    }

    let comparison: Operator
    let quantifier: Quantifier
    /// Whether a key that the request does not have fulfils it.
    let isOptional: Bool
    /// In lower case but for the part after a slash, which names a tag.
    let key: String
    let values: [String]

    /// Nil for an operator that AWS does not have, or a value that cannot be compared so.
    init?(operator name: String, key: String, values: [String]) {
        var name = name.lowercased()[...]
        var quantifier = Quantifier.one
        if name.hasPrefix("foranyvalue:") {
            quantifier = .anyValue
            name = name.dropFirst("foranyvalue:".count)
        } else if name.hasPrefix("forallvalues:") {
            quantifier = .allValues
            name = name.dropFirst("forallvalues:".count)
        }
        let isOptional = name.hasSuffix("ifexists") && name != "null"
        if isOptional { name = name.dropLast("ifexists".count) }
        guard let found = Operator.allCases.first(where: { $0.rawValue.lowercased() == name }),
            !values.isEmpty, !key.isEmpty
        else { return nil }
        comparison = found
        self.quantifier = quantifier
        self.isOptional = isOptional
        self.key = Self.normalized(key)
        self.values = values
        guard values.allSatisfy({ Self.isComparable($0, found) }) else { return nil }
    }

    /// Condition keys compare without case; the names of tags behind the slash do not.
    static func normalized(_ key: String) -> String {
        guard let slash = key.firstIndex(of: "/") else { return key.lowercased() }
        return key[..<slash].lowercased() + key[slash...]
    }

    func holds(_ request: (String) -> [String]?) -> Bool {
        let present = request(key)
        if comparison == .null {
            return values.contains { ($0.lowercased() == "true") == (present == nil) }
        }
        guard let present else {
            // A key that is not there differs from everything.
            return isOptional || quantifier == .allValues || comparison.isNegated
        }
        let fits: (String) -> Bool = { value in
            let isMatch = values.contains { matches(value, $0, request) }
            return isMatch != comparison.isNegated
        }
        return switch quantifier {
        case .one, .allValues: present.allSatisfy(fits)
        case .anyValue: present.contains(where: fits)
        }
    }

    private func matches(_ value: String, _ wanted: String, _ request: (String) -> [String]?) -> Bool {
        switch comparison {
        case .stringEquals, .stringNotEquals, .binaryEquals:
            return PolicyPattern(wanted).resolved(request).map { $0.bytes == Array(value.utf8) } ?? false
        case .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase:
            return PolicyPattern(wanted).resolved(request)?.text.lowercased() == value.lowercased()
        case .stringLike, .stringNotLike, .arnEquals, .arnLike, .arnNotEquals, .arnNotLike:
            return PolicyPattern(wanted).resolved(request)?.matches(value) ?? false
        case .numericEquals, .numericNotEquals: return Self.compare(value, wanted, Double.init) { $0 == $1 }
        case .numericLessThan: return Self.compare(value, wanted, Double.init) { $0 < $1 }
        case .numericLessThanEquals: return Self.compare(value, wanted, Double.init) { $0 <= $1 }
        case .numericGreaterThan: return Self.compare(value, wanted, Double.init) { $0 > $1 }
        case .numericGreaterThanEquals: return Self.compare(value, wanted, Double.init) { $0 >= $1 }
        case .dateEquals, .dateNotEquals: return Self.compare(value, wanted, Self.date) { $0 == $1 }
        case .dateLessThan: return Self.compare(value, wanted, Self.date) { $0 < $1 }
        case .dateLessThanEquals: return Self.compare(value, wanted, Self.date) { $0 <= $1 }
        case .dateGreaterThan: return Self.compare(value, wanted, Self.date) { $0 > $1 }
        case .dateGreaterThanEquals: return Self.compare(value, wanted, Self.date) { $0 >= $1 }
        case .bool: return value.lowercased() == wanted.lowercased()
        case .ipAddress, .notIpAddress:
            guard let range = IPRange(wanted) else { return false }
            return range.contains(value)
        case .null: return false
        }
    }

    private static func compare<T>(
        _ value: String, _ wanted: String, _ read: (String) -> T?, _ fits: (T, T) -> Bool
    ) -> Bool {
        guard let value = read(value), let wanted = read(wanted) else { return false }
        return fits(value, wanted)
    }

    /// Seconds since 1970, of a number or an ISO 8601 time.
    private static func date(_ text: String) -> Double? {
        Double(text) ?? ISOTime.seconds(text).map(Double.init)
    }

    private static func isComparable(_ value: String, _ comparison: Operator) -> Bool {
        switch comparison {
        case .numericEquals, .numericNotEquals, .numericLessThan, .numericLessThanEquals, .numericGreaterThan,
            .numericGreaterThanEquals:
            Double(value) != nil
        case .dateEquals, .dateNotEquals, .dateLessThan, .dateLessThanEquals, .dateGreaterThan,
            .dateGreaterThanEquals:
            date(value) != nil
        case .bool, .null: ["true", "false"].contains(value.lowercased())
        case .ipAddress, .notIpAddress: IPRange(value) != nil
        default: true
        }
    }
}
