import Blobs
import Objects

/// One thing that the store asks of its disk or its catalog.
enum Step: Hashable, Sendable, CustomStringConvertible {
    case disk(DiskFailure.Operation, path: String)
    case catalog(String, writes: Bool)

    /// Whether a power cut after the step can leave anything else than one before it.
    var changesSomething: Bool {
        switch self {
        case .catalog(_, let writes): writes
        case .disk(let operation, _):
            switch operation {
            case .create, .rename, .unlink, .makeDirectory, .syncDirectory, .write, .truncate, .sync, .punch:
                true
            case .open, .list, .status, .read: false
            }
        }
    }

    /// Whether it only adds to a body that nobody can see yet.
    var isStaging: Bool {
        if case .disk(.write, let path) = self { path.contains("/staging/") } else { false }
    }

    var description: String {
        switch self {
        case .disk(let operation, let path): "\(operation) \(path)"
        case .catalog(let name, _): name
        }
    }
}

/// Is told of every step before and after it is done, and may hold it up or let it fail.
protocol StepWatcher: Sendable {
    /// Before an asynchronous call of the catalog, which is not made when this throws.
    func before(_ step: Step) async throws(StoreError)
    /// After it; what this throws takes the place of its answer.
    func after(_ step: Step) async throws(StoreError)
    /// The same for what blocks a thread; an errno lets it fail.
    func beforeBlocking(_ step: Step) -> Int32?
    func afterBlocking(_ step: Step) -> Int32?
}

extension StepWatcher {
    func before(_ step: Step) async throws(StoreError) {}
    func after(_ step: Step) async throws(StoreError) {}
    func beforeBlocking(_ step: Step) -> Int32? { nil }
    func afterBlocking(_ step: Step) -> Int32? { nil }
}
