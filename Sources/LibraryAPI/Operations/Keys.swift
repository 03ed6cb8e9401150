import Auth
import Files
import HTTPServer
import Objects

extension LibraryEndpoint {
    static let keys: [LibraryEndpoint] = [
        LibraryEndpoint(
            "list_keys", .get, "/keys", .write, "Keys of the project, without their secrets.", "Key",
            isList: true, run: { try await $0.listKeys($1) }),
        LibraryEndpoint(
            "create_key", .post, "/keys", .write, "Makes a key; its secret is in this answer only.",
            body: [Field("role", "string", "full, read or upload; full unasked.")], answers: 201, "Key",
            run: { try await $0.createKey($1) }),
        LibraryEndpoint(
            "update_key", .patch, "/keys/{id}", .write, "Pauses a key, or lets it work again.",
            body: [Field("status", "string", "active or paused.", isRequired: true)], "Key",
            run: { try await $0.changeKey($1) }),
        LibraryEndpoint(
            "roll_key", .post, "/keys/{id}/roll", .write,
            "Makes another key of the same role; delete the old one when nothing uses it any more.",
            answers: 201, "Key", run: { try await $0.rollKey($1) }),
        LibraryEndpoint(
            "delete_key", .delete, "/keys/{id}", .write,
            "Deletes a key, and with it every link that it signed.",
            answers: 202, "Message", run: { try await $0.deleteKey($1) }),
    ]
}

extension LibraryDoor {
    func listKeys(_ call: LibraryCall) async throws -> LibraryAnswer {
        let all = try await store.accounts.accessKeys(of: call.project).filter { $0.owner == nil }
        let last = Dictionary(uniqueKeysWithValues: all.map { ($0.id, keys.lastUsed($0.id)) })
        return .list(
            all.map { key in
                { Self.write(key, secret: nil, lastUsed: last[key.id] ?? nil, into: &$0) }
            })
    }

    func createKey(_ call: LibraryCall) async throws -> LibraryAnswer {
        let word = try call.text("role") ?? "full"
        guard let role = Role(rawValue: word) else {
            throw LibraryRefusal.invalid("role is full, read or upload.")
        }
        return try await makeKey(role, call)
    }

    func rollKey(_ call: LibraryCall) async throws -> LibraryAnswer {
        try await makeKey(try await key(call).role, call)
    }

    private func makeKey(_ role: Role, _ call: LibraryCall) async throws -> LibraryAnswer {
        let (key, secret) = try keys.newKey(project: call.project, role: role, now: store.now)
        try await store.accounts.createAccessKey(key)
        keys.forgetAll()
        return .object(status: 201) { Self.write(key, secret: secret, lastUsed: nil, into: &$0) }
    }

    func changeKey(_ call: LibraryCall) async throws -> LibraryAnswer {
        var key = try await key(call)
        switch try call.text("status") {
        case "active": key.isPaused = false
        case "paused": key.isPaused = true
        default: throw LibraryRefusal.invalid("status is active or paused.")
        }
        if key.isPaused { try refuseOwn(key, call) }
        try await store.accounts.setAccessKey(key.id, paused: key.isPaused)
        keys.forgetAll()
        let changed = key
        return .object(status: 200) { Self.write(changed, secret: nil, lastUsed: nil, into: &$0) }
    }

    func deleteKey(_ call: LibraryCall) async throws -> LibraryAnswer {
        let key = try await key(call)
        try refuseOwn(key, call)
        try await store.accounts.deleteAccessKey(key.id)
        keys.forgetAll()
        return .message(202, "\(key.id) deleted")
    }

    /// Who shuts out the key that asks has shut out himself, nearly always by mistake.
    private func refuseOwn(_ key: AccessKey, _ call: LibraryCall) throws {
        guard key.id != call.credential.keyID else {
            throw LibraryRefusal.conflict(
                "This is the key that you use; pause or delete it with another one.")
        }
    }

    private func key(_ call: LibraryCall) async throws -> AccessKey {
        let id = KeyID(call.words.first ?? "")
        guard let key = try await store.accounts.accessKey(id), key.project == call.project, key.owner == nil
        else { throw LibraryRefusal.notFound("key") }
        return key
    }

    private static func write(
        _ key: AccessKey, secret: String?, lastUsed: Int64?, into json: inout JSONWriter
    ) {
        json.beginObject()
        json.member("id", key.id.string)
        json.member("object", "key")
        if let secret { json.member("secret", secret) }
        json.member("role", key.role.rawValue)
        json.member("status", key.isPaused ? "paused" : "active")
        json.member("created", timestamp(key.created))
        if let lastUsed { json.member("last_used", timestamp(lastUsed)) }
        json.endObject()
    }
}
