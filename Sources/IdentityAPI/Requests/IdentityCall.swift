import Auth
import HTTPServer
import Objects

/// A request that is read, authenticated and allowed.
struct IdentityCall: Sendable {
    /// Characters of names of users and roles; groups and policies may have twice as many.
    private static let nameLength = 64
    private static let pathLength = 512
    private static let pageLimit = 1000

    let request: HTTPRequest
    let form: QueryForm
    let credential: Credential
    let principal: Principal
    let conditions: RequestConditions
    /// The user, group or role that the request names, if there is one.
    var found: Identity?

    var account: ProjectID { credential.project }

    /// The ARN of whoever asks.
    var callerARN: String { credential.actor?.arn ?? "arn:aws:iam::\(account):root" }

    func required(_ name: String) throws(IdentityError) -> String {
        guard let value = form[name], !value.isEmpty else {
            throw .validation(
                "1 validation error detected: Value null at '\(name)' failed to satisfy constraint: "
                    + "Member must not be null")
        }
        return value
    }

    /// A name of what is to be made or found. Throws `ValidationError`.
    func name(_ parameter: String, limit: Int = nameLength) throws(IdentityError) -> String {
        let name = try required(parameter)
        guard name.utf8.count <= limit, name.utf8.allSatisfy(Self.isNameByte) else {
            throw .validation(
                "The specified value for \(parameter) is invalid. It must contain only alphanumeric characters "
                    + "and/or the following: +=,.@_- and have at most \(limit) of them")
        }
        return name
    }

    /// A path of what is to be made; a slash when none is given.
    func path(_ parameter: String) throws(IdentityError) -> String? {
        guard let path = form[parameter] else { return nil }
        guard path.utf8.count <= Self.pathLength, path.hasPrefix("/"), path.hasSuffix("/"),
            path.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw .validation(
                "The specified value for \(parameter.lowercased()) is invalid. It must begin and end with / and "
                    + "contain only alphanumeric characters and/or / characters.")
        }
        return path
    }

    /// A whole number within limits; nil when it is not given.
    func number(_ parameter: String, _ range: ClosedRange<Int>) throws(IdentityError) -> Int? {
        guard let text = form[parameter] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .validation(
                "1 validation error detected: Value '\(text)' at '\(parameter)' failed to satisfy constraint: "
                    + "Member must have value between \(range.lowerBound) and \(range.upperBound)")
        }
        return number
    }

    /// What comes after `Marker`, and how many of it.
    func page() throws(IdentityError) -> (after: String?, limit: Int) {
        (form["Marker"], try number("MaxItems", 1...Self.pageLimit) ?? 100)
    }

    /// The user, group or role that the request names. Throws `NoSuchEntity`.
    func subject(_ kind: Identity.Kind) throws(IdentityError) -> Identity {
        if let found, found.kind == kind { return found }
        throw .noSuch(kind, form[kind.parameter] ?? "")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || Array("+=,.@_-".utf8).contains(byte)
    }
}

extension Identity.Kind {
    /// The parameter that names one.
    var parameter: String {
        switch self {
        case .user: "UserName"
        case .group: "GroupName"
        case .role: "RoleName"
        }
    }

    var nameLimit: Int { self == .group ? 128 : 64 }
}
