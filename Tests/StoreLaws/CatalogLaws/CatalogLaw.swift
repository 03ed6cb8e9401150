import Blobs
import Digests
import NIOCore
package import Objects
import Synchronization

/// A sentence that is true of every catalog, and a function that throws when it is not.
package struct CatalogLaw: Sendable, CustomStringConvertible {
    package let sentence: String
    /// Given an empty catalog and the clock it reads.
    package let check: @Sendable (any Catalog, LawClock) async throws -> Void

    package init(
        _ sentence: String, _ check: @escaping @Sendable (any Catalog, LawClock) async throws -> Void
    ) {
        self.sentence = sentence
        self.check = check
    }

    package var description: String { sentence }

    package static let all =
        accounts + identities + buckets + objects + versions + deletions + listing + multipart + completion
        + ranges + rangeIdentity + attributes + appending + renaming + events + contents + deduplication
        + sweeping + segments
        + races

    /// A law that did not hold.
    package struct Broken: Error, CustomStringConvertible {
        package let description: String
    }
}

/// A law about what is durable: it may close the catalog and open it again.
package struct CatalogReopeningLaw: Sendable, CustomStringConvertible {
    package let sentence: String
    /// The function closes the catalog that is open, if one is, and opens it anew.
    package let check: @Sendable (_ reopen: () async throws -> any Catalog, LawClock) async throws -> Void

    package var description: String { sentence }

    package init(
        _ sentence: String,
        _ check: @escaping @Sendable (_ reopen: () async throws -> any Catalog, LawClock) async throws -> Void
    ) {
        self.sentence = sentence
        self.check = check
    }
}

/// A clock that only the law moves, in milliseconds.
package final class LawClock: Sendable {
    private let time = Atomic<Int64>(1_000_000)

    package init() {}

    package var now: Int64 { time.load(ordering: .sequentiallyConsistent) }

    package func advance(by milliseconds: Int64) {
        time.add(milliseconds, ordering: .sequentiallyConsistent)
    }
}

/// Throws unless `body` throws exactly `expected`.
func demand<T>(
    _ expected: StoreError, line: Int = #line, from body: () async throws -> T
) async throws {
    do {
        _ = try await body()
    } catch let error as StoreError where error == expected {
        return
    } catch {
        throw CatalogLaw.Broken(description: "\(error) instead of \(expected) (line \(line))")
    }
    throw CatalogLaw.Broken(description: "\(expected) was not thrown (line \(line))")
}

/// Throws unless both are equal.
func demandEqual<T: Equatable>(_ one: T, _ other: T, line: Int = #line) throws {
    if one != other { throw CatalogLaw.Broken(description: "\(one) is not \(other) (line \(line))") }
}

/// The value, or an error where there is none.
func found<T>(_ value: T?, line: Int = #line) throws -> T {
    guard let value else { throw CatalogLaw.Broken(description: "nothing was found (line \(line))") }
    return value
}

/// A hold that a law ends when it wants, not when the compiler does.
final class LawHold {
    private var hold: EpochHold?

    init(_ catalog: any Catalog) { hold = catalog.holdEpoch() }

    func release() { hold = nil }
}

/// A value that tasks of a law share.
final class LawShared<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    var value: Value { mutex.withLock { $0 } }

    func change(_ body: @Sendable (inout Value) -> Void) { mutex.withLock { body(&$0) } }
}
