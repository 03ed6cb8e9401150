import Auth
import Objects

/// A named key as the commands show it; never its bytes.
package struct EncryptionKeyAnswer: Codable, Sendable {
    package var name: String
    package var versions: Int
    package var disabled: Bool

    init(_ key: EncryptionKey) {
        name = key.name
        versions = key.versions.count
        disabled = key.isDisabled
    }

    var line: String {
        "\(name)\t\(versions) version\(versions == 1 ? "" : "s")\t\(disabled ? "disabled" : "enabled")"
    }
}

/// `coffer kms create`, `rotate`, `disable`, `enable`.
package struct ChangeEncryptionKey: AdminCommand {
    package enum Change: String, Codable, Sendable { case create, rotate, disable, enable }

    package static let name = "kms-change"
    /// Bytes of a name.
    private static let nameLengths = 1...128
    var key: String
    var change: Change

    package init(key: String, change: Change) {
        self.key = key
        self.change = change
    }

    package struct Answer: AdminAnswer {
        package var key: EncryptionKeyAnswer
        package var text: String { key.line }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        let vault = admin.keys.vault
        switch change {
        case .create:
            let isPlain = key.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
                    || [0x2D, 0x2F, 0x5F].contains($0)
            }
            guard isPlain, Self.nameLengths.contains(key.utf8.count) else {
                throw AdminError("a key's name is letters, digits, '-', '_' and '/', at most 128 of them")
            }
            return Answer(key: EncryptionKeyAnswer(try await vault.create(key, now: admin.store.now)))
        case .rotate: return Answer(key: EncryptionKeyAnswer(try await vault.rotate(key)))
        case .disable: return Answer(key: EncryptionKeyAnswer(try await vault.set(key, disabled: true)))
        case .enable: return Answer(key: EncryptionKeyAnswer(try await vault.set(key, disabled: false)))
        }
    }
}

/// `coffer kms list`.
package struct ListEncryptionKeys: AdminCommand {
    package static let name = "kms-list"

    package init() {}

    package struct Answer: AdminAnswer {
        package var keys: [EncryptionKeyAnswer]
        package var text: String { keys.map(\.line).joined(separator: "\n") }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        Answer(keys: try await admin.keys.vault.list().map { EncryptionKeyAnswer($0) })
    }
}
