import Auth
import HTTPServer
import Objects

extension S3Door {
    /// What a write's headers say about the owner, access, tags and locks of the object.
    ///
    /// - Parameter tags: those of a copy's source, which count unless the request brings its own.
    /// - Throws: what the headers' own errors are in AWS.
    func newAttributes(_ call: S3Call, tags: [ObjectAttributes.Tag]? = nil) async throws -> ObjectAttributes {
        let bucket = call.bucket
        let headers = call.headers
        var attributes = ObjectAttributes(tags: tags ?? [])
        if tags == nil, let header = headers[first: "x-amz-tagging"] {
            attributes.tags = try TagSet.parse(header: header)
        }
        attributes.retention = try Self.retention(headers, now: store.now)
        attributes.hasLegalHold = try Self.legalHold(headers)
        if attributes.retention != nil || attributes.hasLegalHold, try bucket.objectLock == nil {
            throw S3Error(.invalidRequest, "Bucket is missing Object Lock Configuration")
        }
        let full = AccessControlList.Canned.bucketOwnerFullControl
        let givesAway = headers[first: "x-amz-acl"] == full.rawValue
        if let account = call.account, account != bucket.project {
            switch bucket.ownership {
            case nil, .objectWriter: attributes.owner = account
            case .bucketOwnerPreferred: attributes.owner = givesAway ? nil : account
            case .bucketOwnerEnforced: break
            }
        }
        let owner = attributes.owner ?? bucket.project
        // The one list that may be asked for where lists are off: it says what is so anyway.
        if givesAway, bucket.ownership == .bucketOwnerEnforced { return attributes }
        if let list = try await requestedList(headers, owner: owner, bucket: bucket) {
            try check(list, in: bucket)
            if list != .ownerOnly(owner) { attributes.acl = list.encoded }
        }
        return attributes
    }

    private static func retention(_ headers: HeaderFields, now: Int64) throws(S3Error) -> Retention? {
        let name = "x-amz-object-lock-retain-until-date"
        switch (headers[first: "x-amz-object-lock-mode"], headers[first: name]) {
        case (nil, nil): return nil
        case (let text?, let date?):
            guard let mode = Retention.Mode(rawValue: text) else {
                throw .argument("x-amz-object-lock-mode", text, "Unknown wormMode directive.")
            }
            guard let until = ISOTime.seconds(date) else {
                throw .argument(name, date, "The retain until date must be provided in ISO 8601 format")
            }
            guard until * 1000 > now else {
                throw .argument(name, date, "The retain until date must be in the future!")
            }
            return Retention(mode: mode, until: until * 1000)
        default:
            throw S3Error(
                .invalidArgument,
                "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied")
        }
    }

    private static func legalHold(_ headers: HeaderFields) throws(S3Error) -> Bool {
        let name = "x-amz-object-lock-legal-hold"
        switch headers[first: name] {
        case nil, "OFF": return false
        case "ON": return true
        case let other?: throw .argument(name, other, "Legal Hold must be either of 'ON' or 'OFF'")
        }
    }

    /// Throws `NotImplemented` for a write that is to be appended and cannot be: one that replaces would lose what is
    /// there.
    static func refuseAppending(_ headers: HeaderFields) throws(S3Error) {
        if headers.contains(offsetHeader) { throw .unsupported(header: offsetHeader) }
    }
}
