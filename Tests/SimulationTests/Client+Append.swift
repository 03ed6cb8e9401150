import Objects

extension Client {
    /// Puts what `whole` has more than the object at its end. A repeat of what was done already changes nothing.
    func append(_ key: String, upTo whole: Sample) async throws {
        guard let present = try await head(key) else { throw Violation("\(key) is gone") }
        let start = Int(present.size)
        if start == whole.bytes.count { return note { $0.settle(key, whole) } }
        guard start < whole.bytes.count else { throw Violation("\(key) has \(start) bytes") }
        var target = try target(key, length: whole.bytes.count - start)
        target.appendsAt = present.size
        _ = try await writing(key, whole) { [target] in
            try await machine.store.put(target, body: SampleSource(Array(whole.bytes[start...]))) { _ in
                ObjectDescription(metadata: whole.metadata)
            }
        }
    }

    /// Gives an object another key. A repeat of what was done already finds its token.
    func rename(_ source: String, to destination: String, token: String) async throws {
        let sample = account.possible(source).compactMap { $0 }.first
        guard let sample = sample ?? account.possible(destination).compactMap({ $0 }).first else {
            throw Violation("\(source) is gone")
        }
        _ = try await writing(destination, sample) {
            try await writing(source, nil) {
                try await machine.store.rename(
                    ObjectRename(
                        bucket: machine.bucket.id, source: Self.key(source),
                        destination: Self.key(destination), author: Machine.author, token: token,
                        now: machine.store.now))
            }
        }
    }
}
