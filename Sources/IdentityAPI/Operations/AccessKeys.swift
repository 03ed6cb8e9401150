import Auth
import HTTPServer
import Objects
import XML

extension IdentityOperation {
    /// Source: AWS IAM API Reference, the actions on access keys.
    static let accessKeys: [IdentityOperation] = [
        IdentityOperation(
            "CreateAccessKey", "CreateAccessKeyResponse", "CreateAccessKeyResult", .callerOrUser
        ) { door, call, xml in
            let user = try call.keyOwner
            let (key, secret) = try door.keys.newKey(
                project: call.account, role: .full, now: call.request.receivedAt, owner: user?.id)
            try await door.accounts.createAccessKey(key)
            xml.open("AccessKey")
            xml.key(key, of: user)
            xml.element("SecretAccessKey", secret)
            xml.close()
        },
        IdentityOperation("UpdateAccessKey", "UpdateAccessKeyResponse", .callerOrUser) { door, call, _ in
            let status = try call.required("Status")
            guard ["Active", "Inactive"].contains(status) else {
                throw IdentityError.validation("Value '\(status)' at 'status' must be Active or Inactive")
            }
            let key = try await door.key(call)
            try await door.accounts.setAccessKey(key.id, paused: status == "Inactive")
            door.keys.forgetAll()
        },
        IdentityOperation("DeleteAccessKey", "DeleteAccessKeyResponse", .callerOrUser) { door, call, _ in
            try await door.accounts.deleteAccessKey(try await door.key(call).id)
            door.keys.forgetAll()
        },
        IdentityOperation(
            "ListAccessKeys", "ListAccessKeysResponse", "ListAccessKeysResult", .callerOrUser
        ) { door, call, xml in
            let user = try call.keyOwner
            let (after, limit) = try call.page()
            let keys = try await door.keys(of: user, in: call.account).filter { $0.id.string > after ?? "" }
            if let user { xml.element("UserName", user.name) }
            xml.page("AccessKeyMetadata", keys, limit: limit, marker: \.id.string) { xml, key in
                xml.open("member")
                xml.key(key, of: user)
                xml.close()
            }
        },
        IdentityOperation(
            "GetAccessKeyLastUsed", "GetAccessKeyLastUsedResponse", "GetAccessKeyLastUsedResult", .nothing
        ) { door, call, xml in
            let id = KeyID(try call.required("AccessKeyId"))
            guard let key = try await door.accounts.accessKey(id), key.project == call.account else {
                throw IdentityError.noSuchKey(id)
            }
            if let owner = key.owner, let user = try await door.accounts.identity(owner) {
                xml.element("UserName", user.name)
            }
            xml.open("AccessKeyLastUsed")
            let used = door.keys.lastUsed(id)
            if let used { xml.time("LastUsedDate", used) }
            xml.element("ServiceName", used == nil ? "N/A" : "s3")
            xml.element("Region", used == nil ? "N/A" : door.region)
            xml.close()
        },
    ]
}

extension IdentityCall {
    /// The user whose keys are meant; nil for the account's root.
    fileprivate var keyOwner: Identity? {
        get throws(IdentityError) {
            form["UserName"] == nil && credential.actor == nil ? nil : try subject(.user)
        }
    }
}

extension IdentityDoor {
    fileprivate func keys(of user: Identity?, in account: ProjectID) async throws -> [AccessKey] {
        if let user { return try await accounts.accessKeys(of: user.id) }
        return try await accounts.accessKeys(of: account).filter { $0.owner == nil }
    }

    /// The key that a request names, of the user whom it names or of whoever asks.
    fileprivate func key(_ call: IdentityCall) async throws -> AccessKey {
        let id = KeyID(try call.required("AccessKeyId"))
        guard let key = try await accounts.accessKey(id), key.project == call.account,
            key.owner == (try call.keyOwner)?.id
        else { throw IdentityError.noSuchKey(id) }
        return key
    }
}

extension IdentityError {
    fileprivate static func noSuchKey(_ id: KeyID) -> IdentityError {
        .init(404, "NoSuchEntity", "The Access Key with id \(id) cannot be found.")
    }
}

extension XMLWriter {
    fileprivate mutating func key(_ key: AccessKey, of user: Identity?) {
        if let user { element("UserName", user.name) }
        element("AccessKeyId", key.id.string)
        element("Status", key.isPaused ? "Inactive" : "Active")
        time("CreateDate", key.created)
    }
}
