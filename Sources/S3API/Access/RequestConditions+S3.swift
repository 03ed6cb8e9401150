import Auth
import HTTPServer
import Objects

extension RequestConditions {
    /// What an S3 request gives to the conditions of policies.
    ///
    /// Source: AWS Service Authorization Reference, "Condition keys for Amazon S3", and IAM, "Global condition
    /// context keys".
    ///
    /// - Parameter tags: of the object that is there.
    init(
        _ request: HTTPRequest, _ headers: HeaderFields, _ query: S3Query, _ identity: S3Identity,
        tags: [ObjectAttributes.Tag]?
    ) {
        self.init { name in
            if let slash = name.firstIndex(of: "/") {
                return Self.tag(name[..<slash], String(name[name.index(after: slash)...]), headers, tags)
            }
            if name.hasPrefix("aws:") { return Self.global(name, request, identity.principal) }
            guard name.hasPrefix("s3:") else { return nil }
            let own = String(name.dropFirst("s3:".count))
            switch own {
            case "prefix", "delimiter", "max-keys": return query[own].map { [$0] }
            case "versionid": return query["versionId"].map { [$0] }
            case "requestobjecttagkeys": return Self.requestTags(headers).map { $0.map(\.key) }
            case "existingobjecttagkeys": return tags.map { $0.map(\.key) }
            case "authtype": return identity.form.map { [$0.place.rawValue] }
            case "signatureversion": return identity.form.map { [$0.version.rawValue] }
            case "signatureage": return identity.form?.age.map { [String($0)] }
            case "object-lock-mode", "object-lock-retain-until-date", "object-lock-legal-hold":
                return headers[first: "x-amz-" + own].map { [$0] }
            case _ where own.hasPrefix("x-amz-"): return headers[first: own].map { [$0] }
            default: return nil
            }
        }
    }

    private static func tag(
        _ kind: Substring, _ name: String, _ headers: HeaderFields, _ tags: [ObjectAttributes.Tag]?
    ) -> [String]? {
        let set: [ObjectAttributes.Tag]? =
            switch kind {
            case "s3:existingobjecttag": tags
            case "s3:requestobjecttag": requestTags(headers)
            default: nil
            }
        return set?.first { $0.key == name }.map { [$0.value] }
    }

    private static func requestTags(_ headers: HeaderFields) -> [ObjectAttributes.Tag]? {
        headers[first: "x-amz-tagging"].flatMap { try? TagSet.parse(header: $0) }
    }
}
