package import Auth
package import Objects

/// What a command of `coffer` does to the store, whether in the server that holds it or offline under the lock.
package protocol AdminCommand: Codable, Sendable {
    associatedtype Answer: AdminAnswer
    static var name: String { get }
    func run(in admin: AdminContext) async throws -> Answer
}

/// What a command answers: one JSON document for scripts, some lines for people.
package protocol AdminAnswer: Codable, Sendable {
    var text: String { get }
    /// False makes the command exit 1.
    var isOK: Bool { get }
}

extension AdminAnswer {
    package var isOK: Bool { true }
}

/// What commands work with.
package struct AdminContext: Sendable {
    package var store: ObjectStore
    package var keys: KeyRing
    package var configuration: ServerConfiguration
    /// One sweep at a time.
    package var sweeper: SweepTurn
}

/// A refusal of a command, in words.
package struct AdminError: Error, CustomStringConvertible, Hashable {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }

    package init(_ error: any Error) {
        guard let error = error as? StoreError else {
            self.init("\(error)")
            return
        }
        self.init(Self.sentence(error))
    }

    private static func sentence(_ error: StoreError) -> String {
        switch error {
        case .noSuchProject: "there is no such project"
        case .projectExists: "a project of this name or id exists"
        case .projectNotEmpty: "the project still owns buckets; delete them first"
        case .noSuchAccessKey: "there is no such key"
        case .accessKeyExists: "a key of this id or secret exists"
        case .noSuchDomain: "there is no such domain"
        case .domainExists: "this domain is registered already"
        case .noSuchIdentity: "there is no such user, group or role"
        case .identityExists: "a user, group or role of this name exists"
        case .identityInUse(let what), .identityLimit(let what): what
        case .noSuchEncryptionKey: "there is no such key"
        case .encryptionKeyExists: "a key of this name exists"
        case .noSuchMedia: "there is no such media object"
        case .storageLimit(let limit): "the project may keep \(limit) bytes at most"
        case .uploadLimit(let limit): "the project may have \(limit) uploads in progress at most"
        case .noSuchWebhook: "there is no such webhook"
        case .webhookExists: "the project has a webhook of this name"
        case .invalidArgument(let reason): reason
        case .noSuchBucket: "there is no such bucket"
        case .bucketExists: "a bucket of this name exists"
        case .bucketNotEmpty: "the bucket is not empty"
        case .invalidName(let reason): reason
        default: "\(error)"
        }
    }
}
