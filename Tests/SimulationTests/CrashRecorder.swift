import Objects
import StoreLaws
import Synchronization

/// A moment at which the power could have gone: all that is left of the machine, and what its clients know.
struct CutPoint: Sendable {
    /// To be copied, then restarted.
    var disk: SimulatedDisk
    var catalog: CatalogDirectory.Copy
    var account: Ledger
    /// What was done just before.
    var after: String
    /// Whether the step before only added to a body that nobody can see yet.
    var isStaging = false
}

/// Keeps every moment of a history: after each operation of the disk that changes something, after each write of
/// the catalog before its answer is passed on, and after each answer of the store.
///
/// A moment before a write of the catalog is that after the step before it.
final class CrashRecorder: StepWatcher {
    private struct State {
        var points: [CutPoint] = []
        var client: Client?
        var failure: (any Error)?
    }

    private let disk: SimulatedDisk
    private let folder: CatalogDirectory
    private let state = Mutex(State())

    init(disk: SimulatedDisk, folder: CatalogDirectory) {
        self.disk = disk
        self.folder = folder
    }

    /// Begins to keep what happens.
    func watch(_ client: Client) {
        state.withLock { $0.client = client }
        keep("the beginning")
    }

    func points() throws -> [CutPoint] {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.points
        }
    }

    func after(_ step: Step) async throws(StoreError) {
        if step.changesSomething { keep("\(step)") }
    }

    func afterBlocking(_ step: Step) -> Int32? {
        if step.changesSomething { keep("\(step)", isStaging: step.isStaging) }
        return nil
    }

    func keep(_ name: String, isStaging: Bool = false) {
        state.withLock { state in
            guard let client = state.client else { return }
            do {
                let last = state.points.last?.catalog
                guard let catalog = try folder.copy(unlike: last) ?? last else { return }
                state.points.append(
                    CutPoint(
                        disk: disk.copy(), catalog: catalog, account: client.account, after: name,
                        isStaging: isStaging))
            } catch {
                state.failure = error
            }
        }
    }
}
