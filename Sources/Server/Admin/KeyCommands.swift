import Auth
import Objects

/// A key as the commands show it; the secret only when it is made.
package struct KeyAnswer: Codable, Sendable {
    package var id: String
    package var secret: String?
    package var role: String
    package var paused: Bool?

    init(_ key: AccessKey, secret: String? = nil) {
        id = key.id.string
        self.secret = secret
        role = key.role.rawValue
        paused = secret == nil ? key.isPaused : nil
    }
}

/// `coffer key create`.
package struct CreateKey: AdminCommand {
    package static let name = "key-create"
    var project: String
    var role: String
    var id: String?
    var secret: String?

    package init(project: String, role: String, id: String?, secret: String?) {
        self.project = project
        self.role = role
        self.id = id
        self.secret = secret
    }

    package struct Answer: AdminAnswer {
        package var key: KeyAnswer
        package var text: String {
            "key      \(key.id)\nsecret   \(key.secret ?? "")\nrole     \(key.role)\nThe secret is shown this once."
        }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        guard let role = Role(rawValue: role) else { throw AdminError("a role is full, read or upload") }
        let owner = try await admin.project(project)
        let made = try admin.keys.newKey(
            project: owner.id, role: role, id: id.map { KeyID($0) }, secret: secret, now: admin.store.now)
        try await admin.store.accounts.createAccessKey(made.0)
        admin.keys.forgetAll()
        return Answer(key: KeyAnswer(made.0, secret: made.secret))
    }
}

/// `coffer key list`.
package struct ListKeys: AdminCommand {
    package static let name = "key-list"
    var project: String

    package init(project: String) { self.project = project }

    package struct Answer: AdminAnswer {
        package var keys: [KeyAnswer]
        package var text: String {
            keys.map { "\($0.id)\t\($0.role)\t\($0.paused == true ? "paused" : "active")" }.joined(
                separator: "\n")
        }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        let owner = try await admin.project(project)
        return Answer(keys: try await admin.store.accounts.accessKeys(of: owner.id).map { KeyAnswer($0) })
    }
}

/// `coffer key pause`, `resume`, `delete`.
package struct ChangeKey: AdminCommand {
    package enum Change: String, Codable, Sendable { case pause, resume, delete }

    package static let name = "key-change"
    var id: String
    var change: Change

    package init(id: String, change: Change) {
        self.id = id
        self.change = change
    }

    package func run(in admin: AdminContext) async throws -> Done {
        switch change {
        case .pause: try await admin.store.accounts.setAccessKey(KeyID(id), paused: true)
        case .resume: try await admin.store.accounts.setAccessKey(KeyID(id), paused: false)
        case .delete: try await admin.store.accounts.deleteAccessKey(KeyID(id))
        }
        admin.keys.forgetAll()
        let did = change == .pause ? "paused" : change == .resume ? "resumed" : "deleted"
        return Done(done: "\(did) key \(id)")
    }
}
