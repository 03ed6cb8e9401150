import Digests

/// What the owner of a key allows a browser form to upload.
///
/// Source: AWS S3 API Reference, "Creating a POST Policy".
struct PostPolicy: Sendable {
    enum Condition: Sendable {
        /// The names are in lower case.
        case equals(name: String, value: String)
        case startsWith(name: String, value: String)
        /// Bytes of the file.
        case length(ClosedRange<Int64>)
    }

    /// Seconds since 1970.
    let expiration: Int64
    let conditions: [Condition]

    /// Conditions of one policy; each is compared with a field.
    private static let maximumConditions = 100

    /// From the `policy` field, base64 of a JSON text. Throws `invalidPolicyDocument`.
    init(base64 text: String) throws(S3AuthError) {
        guard let bytes = Base64.decode(text) else { throw Self.invalid("Invalid Base64 encoding.") }
        let json: JSONValue
        do {
            json = try JSONValue(bytes)
        } catch {
            throw Self.invalid("Invalid JSON.")
        }
        guard case .object = json else { throw Self.invalid("Invalid JSON.") }
        guard let moment = json["expiration"] else { throw Self.invalid("Policy missing expiration.") }
        guard let moment = moment.string, let seconds = ISOTime.seconds(moment) else {
            throw Self.invalid("Invalid 'expiration' value.")
        }
        guard case .array(let list)? = json["conditions"] else {
            throw Self.invalid("Policy missing conditions.")
        }
        expiration = seconds
        var conditions: [Condition] = []
        for item in list {
            conditions += try Self.conditions(item)
            guard conditions.count <= Self.maximumConditions else {
                throw Self.invalid("Too many conditions.")
            }
        }
        self.conditions = conditions
    }

    private static func conditions(_ item: JSONValue) throws(S3AuthError) -> [Condition] {
        switch item {
        case .object(let members):
            guard !members.isEmpty else {
                throw invalid("Invalid Simple-Condition: Simple-Conditions must have exactly one property.")
            }
            var conditions: [Condition] = []
            for member in members {
                conditions.append(
                    .equals(name: member.name.lowercased(), value: try text(member.value)))
            }
            return conditions
        case .array(let items):
            guard items.count == 3, let word = items[0].string?.lowercased() else {
                throw invalid("Invalid Condition: Conditions must have three elements.")
            }
            if word == "content-length-range" { return [.length(try range(items[1], items[2]))] }
            guard let name = items[1].string, name.utf8.first == UInt8(ascii: "$"), name.utf8.count > 1 else {
                throw invalid(
                    "Invalid Condition: the second element must be the name of a field after a '$'.")
            }
            let field = name.dropFirst().lowercased()
            let value = try text(items[2])
            switch word {
            case "eq": return [.equals(name: field, value: value)]
            case "starts-with": return [.startsWith(name: field, value: value)]
            default: throw invalid("Invalid Condition: unknown operation '\(word)'.")
            }
        default:
            throw invalid("Conditions must be a list of Conditions.")
        }
    }

    private static func text(_ value: JSONValue) throws(S3AuthError) -> String {
        switch value {
        case .string(let text), .number(let text): return text
        default: throw invalid("Invalid Condition: a value must be text.")
        }
    }

    private static func range(
        _ lower: JSONValue, _ upper: JSONValue
    ) throws(S3AuthError) -> ClosedRange<Int64> {
        guard let lower = Int64(try text(lower)), let upper = Int64(try text(upper)), lower >= 0,
            lower <= upper
        else {
            throw invalid("Invalid content-length-range: it takes a minimum and a maximum.")
        }
        return lower...upper
    }

    private static func invalid(_ why: String) -> S3AuthError { .invalidPolicyDocument(why) }
}

extension PostPolicy {
    /// Fields that a policy need not speak of: what signs it, what is not stored, and what the sender cannot know
    /// before the file is chosen.
    private static func isFree(_ name: String) -> Bool {
        ["policy", "signature", "awsaccesskeyid", "x-amz-signature", "file", "x-amz-sdk-checksum-algorithm"]
            .contains(name) || name.hasPrefix("x-ignore-") || name.hasPrefix("x-amz-checksum-")
    }

    /// How many bytes the file may have; nil when the policy does not say.
    ///
    /// Throws `accessDenied` when it has expired, when a condition fails, and for a field that no condition is about.
    ///
    /// - Parameter now: seconds since 1970.
    func check(_ form: PostForm, now: Int64) throws(S3AuthError) -> ClosedRange<Int64>? {
        guard now <= expiration else { throw Self.denied("Policy expired.") }
        var range: ClosedRange<Int64>?
        var covered: Set<[UInt8]> = []
        for condition in conditions {
            switch condition {
            case .length(let allowed):
                let lower = max(range?.lowerBound ?? 0, allowed.lowerBound)
                let upper = min(range?.upperBound ?? .max, allowed.upperBound)
                guard lower <= upper else { throw Self.failed("content-length-range", "", "") }
                range = lower...upper
            case .equals(let name, let value):
                covered.insert(Array(name.utf8))
                guard (form[name] ?? "").utf8.elementsEqual(value.utf8) else {
                    throw Self.failed("eq", name, value)
                }
            case .startsWith(let name, let value):
                covered.insert(Array(name.utf8))
                guard Self.starts(form[name] ?? "", with: value, name) else {
                    throw Self.failed("starts-with", name, value)
                }
            }
        }
        let extra = (["bucket"] + form.fields.map(\.name)).filter {
            !covered.contains(Array($0.utf8)) && !Self.isFree($0)
        }
        guard extra.isEmpty else {
            throw Self.denied("Extra input fields: " + extra.joined(separator: ", "))
        }
        return range
    }

    /// Every one of several content types must begin so.
    private static func starts(_ text: String, with prefix: String, _ name: String) -> Bool {
        guard name == "content-type" else { return text.utf8.starts(with: prefix.utf8) }
        return text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .allSatisfy { $0.drop { $0 == UInt8(ascii: " ") }.starts(with: prefix.utf8) }
    }

    private static func denied(_ why: String) -> S3AuthError {
        .accessDenied("Invalid according to Policy: " + why)
    }

    private static func failed(_ word: String, _ name: String, _ value: String) -> S3AuthError {
        denied("Policy Condition failed: [\"\(word)\", \"$\(name)\", \"\(value)\"]")
    }
}
