package import Blobs
import Synchronization

/// A disk in memory that keeps apart what is seen and what is durable, forgets the difference when the power is
/// cut, and can fail at any operation.
///
/// Bytes are durable once their file was synced, names once their directory was synced. A write, a truncation, a hole, a
/// name, a removal and each half of a rename survive a power cut apart from each other, if at all.
package final class SimulatedDisk: Disk {
    /// What a power cut leaves of effects that were not synced.
    package enum Survival: Sendable {
        case nothing
        case everything
        /// Each with one chance in two; the same for the same seed.
        case some(seed: UInt64)
    }

    /// A directory that is there from the start.
    package static let root = "/data"

    /// What counts as an operation, in order, with the path it was asked for.
    package struct Operation: Hashable, Sendable {
        package var kind: DiskFailure.Operation
        package var path: String
    }

    struct State {
        let top: SimulatedDiskDirectory
        var log: [Operation] = []
        /// Files opened before are dead.
        var generation = 0
        var powerLasts = Int.max
        var lies: Set<DiskFailure.Operation> = []
        var failures: [@Sendable (Int, Operation) -> Int32?] = []
    }

    let state: Mutex<State>

    package init() {
        let state = State(top: SimulatedDiskDirectory())
        let root = SimulatedDiskDirectory()
        state.top.set(String(Self.root.dropFirst()), .directory(root))
        state.top.sync()
        self.state = Mutex(state)
    }

    private init(top: SimulatedDiskDirectory) {
        state = Mutex(State(top: top))
    }

    /// A second disk in the state of this moment, so that its power can be cut while this one runs on. It is of
    /// no use before its `restart`.
    package func copy() -> SimulatedDisk {
        state.withLock { state in
            var copies = SimulatedDiskCopies()
            return SimulatedDisk(top: state.top.copy(&copies))
        }
    }

    /// Operations asked for so far, those that failed included.
    package var operations: [Operation] { state.withLock { $0.log } }

    /// After `count` further operations nothing is done any more and all fail with EIO, until `restart`.
    package func cutPower(after count: Int) {
        state.withLock { $0.powerLasts = $0.log.count + count }
    }

    /// Fails each operation for which `errno` gives a number: it is told how many operations went before and which
    /// this is. A write that fails has done half its work; a sync that fails has lost what it should keep.
    package func fail(_ errno: @escaping @Sendable (Int, Operation) -> Int32?) {
        state.withLock { $0.failures.append(errno) }
    }

    /// From now on these syncs report success and do nothing, as on a disk that does not honour flush: what a
    /// test of durability must notice.
    package func lie(about kinds: Set<DiskFailure.Operation>) {
        state.withLock { $0.lies = kinds }
    }

    /// Nothing fails any more.
    package func heal() {
        state.withLock { $0.failures = [] }
    }

    /// The machine loses its power and comes up again. Files that were open are dead.
    package func restart(_ survival: Survival = .nothing) {
        state.withLock { state in
            state.generation += 1
            state.powerLasts = .max
            do {
                switch survival {
                case .nothing:
                    try state.top.cutPower { false }
                case .everything:
                    try state.top.cutPower { true }
                case .some(let seed):
                    var random = SimulatedDiskRandom(seed: seed)
                    try state.top.cutPower { random.next() & 1 == 0 }
                }
            } catch {
                preconditionFailure("No memory for a simulated file: \(error)")
            }
        }
    }

    /// The process dies and another takes over: nothing is lost yet, but what was not synced is not durable either.
    package func killProcess() {
        state.withLock { state in
            state.generation += 1
            state.powerLasts = .max
        }
    }

    /// The files that are seen now below a directory, as paths.
    package func files(below path: String) -> [String] {
        state.withLock { state in
            guard case .directory(let directory)? = state.entry(path) else { return [] }
            return SimulatedDisk.files(in: directory, path).sorted()
        }
    }

    private static func files(in directory: SimulatedDiskDirectory, _ path: String) -> [String] {
        directory.live.flatMap { name, entry -> [String] in
            switch entry {
            case .file: [path + "/" + name]
            case .directory(let inner): files(in: inner, path + "/" + name)
            }
        }
    }
}
