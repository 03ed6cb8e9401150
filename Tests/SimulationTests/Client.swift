import Digests
import Glibc
import NIOCore
import Objects
import Synchronization

/// The store did what it may never do.
struct Violation: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Uses the store as clients do and keeps account of what they were told.
final class Client: Sendable {
    let machine: Machine
    private let ledger: Mutex<Ledger>
    /// Called where a reader has its segments and sends their bytes later.
    private let beforeSending: @Sendable () async throws -> Void

    init(
        _ machine: Machine, ledger: Ledger = Ledger(),
        beforeSending: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.machine = machine
        self.ledger = Mutex(ledger)
        self.beforeSending = beforeSending
    }

    /// What is known now.
    var account: Ledger { ledger.withLock { $0 } }

    func note<T>(_ body: (inout sending Ledger) throws -> sending T) rethrows -> T {
        try ledger.withLock { try body(&$0) }
    }

    /// Does it and notes the answer; what fails stays possible.
    func perform(_ verb: Verb) async throws {
        let number = note { $0.begin(verb) }
        try await run(verb)
        note { _ = $0.underWay.removeValue(forKey: number) }
    }

    private func run(_ verb: Verb) async throws {
        switch verb {
        case .put(let key, let sample): try await put(key, sample)
        case .delete(let key): try await delete(key)
        case .copy(let source, let target): try await copy(source, to: target)
        case .append(let key, let whole): try await append(key, upTo: whole)
        case .rename(let source, let destination, let token):
            try await rename(source, to: destination, token: token)
        case .create(let name, let key, let sample): try await create(name, key, sample)
        case .part(let name, let number, let sample): try await putPart(name, number, sample)
        case .copyPart(let name, let number, let source, let range):
            try await copyPart(name, number, from: source, range)
        case .complete(let name): try await complete(name)
        case .abort(let name): try await abort(name)
        case .range(let name, let key, let sample, let range, let announces):
            try await putRange(name, key, sample, range, announces: announces)
        case .set(let setting): try await set(setting)
        case .read(let key): try await read(key)
        case .sweep: _ = try await machine.store.sweep(grace: 0)
        }
    }

    func target(_ key: String, length: Int? = nil) throws -> PutTarget {
        PutTarget(
            bucket: machine.bucket, key: try Self.key(key), author: Machine.author,
            declaredLength: length.map(Int64.init))
    }

    static func key(_ name: String) throws -> ObjectKey {
        guard let key = ObjectKey(name) else { throw Violation("no key: \(name)") }
        return key
    }

    /// Runs a write of a key between the notes that it may be seen and that it must be.
    func writing<T: Sendable>(
        _ key: String, _ value: Sample?, _ body: () async throws -> T
    ) async throws -> T {
        let number = note { $0.begin(key, value) }
        do {
            let result = try await body()
            note { $0.acknowledge(key, number) }
            return result
        } catch {
            note { $0.giveUp(key, number, isApplied: nil) }
            throw error
        }
    }

    private func put(_ key: String, _ sample: Sample) async throws {
        try await writing(key, sample) {
            // The announced length decides when the end of the body is written.
            let length = sample.bytes.count % 3 == 0 ? nil : sample.bytes.count
            let version = try await machine.store.put(
                target(key, length: length), body: SampleSource(sample.bytes)
            ) { _ in ObjectDescription(metadata: sample.metadata) }
            guard version.size == Int64(sample.bytes.count) else {
                throw Violation("\(key) has \(version.size) bytes")
            }
        }
    }

    private func delete(_ key: String) async throws {
        try await writing(key, nil) {
            let deletion = ObjectDeletion(
                bucket: machine.bucket.id, key: try Self.key(key), now: machine.store.now)
            for result in try await machine.store.delete([deletion]) { _ = try result.get() }
        }
    }

    private func copy(_ source: String, to target: String) async throws {
        let hold = machine.store.hold()
        defer { withExtendedLifetime(hold) {} }
        let moment = account.moment(source)
        let before = account.possible(source)
        let found = try await head(source)
        let allowed = before.union(account.values(source, since: moment))
        guard let found else {
            guard allowed.contains(nil) else { throw Violation("\(source) is gone") }
            return
        }
        let sample =
            allowed.first {
                $0?.metadata == found.metadata && $0?.bytes.count == Int(found.size)
            } ?? nil
        guard let sample else { throw Violation("\(source) has what nobody wrote") }
        _ = try await writing(target, sample) {
            try await machine.store.copy(
                found, to: self.target(target), description: ObjectDescription(metadata: found.metadata))
        }
    }

    /// The current version, nil when there is none.
    func head(_ key: String) async throws -> ObjectVersion? {
        do {
            return try await machine.store.head(machine.bucket, Self.key(key))
        } catch StoreError.noSuchKey {
            return nil
        }
    }
}

extension Client {
    /// Reads a key whole and demands something that it could have held while that went on.
    func read(_ key: String) async throws {
        let moment = account.moment(key)
        let before = account.possible(key)
        let found = try await contents(key)
        let allowed = before.union(account.values(key, since: moment))
        guard allowed.contains(found) else {
            let known = allowed.contains { $0?.label == found?.label }
            throw Violation(
                "\(key) shows \(found?.label ?? "nothing")\(known ? " with other bytes" : "")"
                    + ", not \(allowed.map { $0?.label ?? "nothing" }.sorted())")
        }
    }

    /// The hold of the look-up ends with it: from then on the reader has only its own.
    private func open(_ key: String) async throws -> (ObjectVersion, ObjectReader)? {
        let hold = machine.store.hold()
        defer { withExtendedLifetime(hold) {} }
        guard let version = try await head(key) else { return nil }
        return (version, machine.store.open(version, range: 0..<version.size))
    }

    /// What a reader is given, under the name that the metadata says.
    func contents(_ key: String) async throws -> Sample? {
        guard let (version, reader) = try await open(key) else { return nil }
        var bytes: [UInt8] = []
        while let segments = try await reader.next() {
            try await beforeSending()
            for segment in segments { bytes += try Self.bytes(of: segment) }
        }
        guard bytes.count == Int(version.size) else {
            throw Violation("\(key) has \(version.size) bytes and gives \(bytes.count)")
        }
        return Sample(version.metadata.user.first?.value ?? "", bytes)
    }

    private static func bytes(of segment: BodySegment) throws -> [UInt8] {
        switch segment {
        case .bytes(let buffer): return Array(buffer.readableBytesView)
        case .file(let descriptor, let offset, let length, let owner):
            var bytes = [UInt8](repeating: 0, count: length)
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, length, off_t(offset))
            }
            withExtendedLifetime(owner) {}
            guard count == length else { throw Violation("a file ends after \(count) of \(length) bytes") }
            return bytes
        }
    }
}
