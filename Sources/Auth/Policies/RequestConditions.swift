package import HTTPServer
package import Objects

/// What a door knows of a request beyond who, what and where: the values of condition keys.
package struct RequestConditions: Sendable {
    /// Keys in lower case, but for the names of tags behind a slash.
    package var values: @Sendable (String) -> [String]?

    package static let none = RequestConditions { _ in nil }

    package init(_ values: @escaping @Sendable (String) -> [String]?) {
        self.values = values
    }

    /// The condition keys that every request has, whatever its door.
    ///
    /// - Parameter tags: of the object that is there; nil while it is not known.
    package init(_ request: HTTPRequest, _ principal: Principal, tags: [ObjectAttributes.Tag]?) {
        self.init { name in
            let tagged = "s3:existingobjecttag/"
            guard name.hasPrefix(tagged) else { return Self.global(name, request, principal) }
            let key = name.dropFirst(tagged.count)
            return tags?.first { $0.key == key }.map { [$0.value] }
        }
    }

    /// The value of a condition key that begins with `aws:`.
    ///
    /// Source: AWS IAM, "Global condition context keys".
    package static func global(
        _ name: String, _ request: HTTPRequest, _ principal: Principal
    ) -> [String]? {
        let account = principal.credential?.project.string
        let actor = principal.credential?.actor
        switch name {
        case "aws:sourceip": return [request.remoteAddress]
        case "aws:securetransport": return [request.isSecure ? "true" : "false"]
        case "aws:useragent": return request.headers[first: "user-agent"].map { [$0] }
        case "aws:referer": return request.headers[first: "referer"].map { [$0] }
        case "aws:currenttime", "aws:epochtime": return [String(request.receivedAt / 1000)]
        case "aws:principalaccount": return account.map { [$0] }
        case "aws:userid": return (actor?.userID ?? account).map { [$0] }
        case "aws:username": return actor?.userName.map { [$0] }
        case "aws:principalarn":
            return (actor.map { $0.roleARN ?? $0.arn } ?? account.map { "arn:aws:iam::\($0):root" }).map {
                [$0]
            }
        case "aws:principaltype":
            if let actor { return [actor.roleARN == nil ? "User" : "AssumedRole"] }
            return [account == nil ? "Anonymous" : "Account"]
        default: return nil
        }
    }
}
