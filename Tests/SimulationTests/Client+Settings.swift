import Objects

extension Client {
    private static let minute: Int64 = 60_000

    /// Sets it between the notes that it may be found and that it must be.
    func set(_ setting: Setting) async throws {
        note { $0.settings[setting.name, default: Ledger.Value()].begin(setting) }
        switch setting {
        case .tags(let key, let text): try await change(key, .tags(text.map { [.init("tag", $0)] } ?? []))
        case .list(let key, let text): try await change(key, .acl(text.map { Array($0.utf8) }))
        case .retention(let key, let minutes):
            let retention = minutes.map { Retention(mode: .governance, until: Int64($0) * Self.minute) }
            try await change(key, .retention(retention))
        case .configuration(let kind, let text):
            _ = try await machine.store.accounts.setConfiguration(
                machine.bucket.id, kind, text.map { Array($0.utf8) })
        case .key(let name, let versions, let isDisabled):
            try await makeKey(name, versions: versions, isDisabled: isDisabled)
        }
        note { $0.settings[setting.name]?.acknowledge(setting) }
    }

    private func change(_ key: String, _ edit: AttributesChange.Edit) async throws {
        _ = try await machine.store.change(
            AttributesChange(
                bucket: machine.bucket.id, key: Self.key(key), edit: edit, bypassesGovernance: true,
                now: machine.store.now))
    }

    /// A repeat of what was done already changes nothing.
    private func makeKey(_ name: String, versions: Int, isDisabled: Bool) async throws {
        let accounts = machine.store.accounts
        let present = try await accounts.encryptionKey(name)
        let count = present?.versions.count ?? 0
        let sealed = Array("version \(versions) of \(name)".utf8)
        if present == nil {
            _ = try await accounts.changeEncryptionKey(name, .create(sealed: sealed, at: machine.store.now))
        } else if count < versions {
            _ = try await accounts.changeEncryptionKey(name, .addVersion(sealed: sealed))
        }
        if (present?.isDisabled ?? false) != isDisabled {
            _ = try await accounts.changeEncryptionKey(name, .setDisabled(isDisabled))
        }
    }

    /// Every setting has the value that was acknowledged, or one that was begun after it.
    func demandSettings() async throws {
        for (name, noted) in account.settings.sorted(by: { $0.key < $1.key }) {
            let found = try await value(of: noted.setting)
            guard noted.possible.contains(found) else {
                throw Violation(
                    "\(name) is \(found ?? "nothing"), not \(noted.possible.map { $0 ?? "nothing" }.sorted())"
                )
            }
        }
    }

    private func value(of setting: Setting?) async throws -> String? {
        switch setting {
        case .tags(let key, _): return try await head(key)?.attributes.tags.first?.value
        case .list(let key, _):
            return try await head(key)?.attributes.acl.map { String(decoding: $0, as: UTF8.self) }
        case .retention(let key, _):
            return try await head(key)?.attributes.retention.map { "\($0.until / Self.minute)" }
        case .configuration(let kind, _):
            let bucket = try await machine.store.accounts.bucket(machine.bucket.id)
            return bucket?.configurations[kind].map { String(decoding: $0.bytes, as: UTF8.self) }
        case .key(let name, _, _):
            guard let key = try await machine.store.accounts.encryptionKey(name) else { return nil }
            for (index, version) in key.versions.enumerated() {
                guard String(decoding: version, as: UTF8.self) == "version \(index + 1) of \(name)" else {
                    throw Violation("version \(index + 1) of \(name) is another")
                }
            }
            return Setting.value(versions: key.versions.count, isDisabled: key.isDisabled)
        case nil: return nil
        }
    }
}
