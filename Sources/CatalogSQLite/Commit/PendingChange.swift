import Objects
import Synchronization

/// A write that waits for its turn, and its caller.
final class PendingChange: Sendable {
    /// Rows it may touch, about.
    let rows: Int
    private let apply: @Sendable (WriteTransaction) throws -> Void
    private let resume: @Sendable (StoreError?) -> Void

    init<T: Sendable>(
        rows: Int, change: @escaping @Sendable (WriteTransaction) throws -> T,
        completion: @escaping @Sendable (Result<T, StoreError>) -> Void
    ) {
        self.rows = rows
        let value = Mutex<T?>(nil)
        apply = { transaction in
            let result = try change(transaction)
            value.withLock { $0 = result }
        }
        resume = { error in
            if let error { return completion(.failure(error)) }
            guard let result = value.withLock({ $0 }) else {
                return completion(.failure(.internalFault("a change was answered before it was made")))
            }
            completion(.success(result))
        }
    }

    func apply(in transaction: WriteTransaction) throws { try apply(transaction) }

    /// Called once, after the commit.
    func finish(_ error: StoreError?) { resume(error) }
}
