import Blobs

/// A directory of the simulated disk, with what a power cut would leave of its entries.
// Safe because it is only touched under the disk's lock.
final class SimulatedDiskDirectory: @unchecked Sendable {
    enum Entry {
        case file(SimulatedDiskNode)
        case directory(SimulatedDiskDirectory)
    }

    /// What is seen now.
    private(set) var live: [String: Entry] = [:]
    private var durable: [String: Entry] = [:]
    /// Since the last sync, in order; nil is a removal.
    private var pending: [(name: String, entry: Entry?)] = []

    func set(_ name: String, _ entry: Entry?) {
        live[name] = entry
        pending.append((name, entry))
    }

    /// Files and directories that have two names, one of them not durable yet, stay one.
    func copy(_ copies: inout SimulatedDiskCopies) -> SimulatedDiskDirectory {
        if let known = copies.directories[ObjectIdentifier(self)] { return known }
        let copy = SimulatedDiskDirectory()
        copies.directories[ObjectIdentifier(self)] = copy
        for (name, entry) in live { copy.live[name] = entry.copy(&copies) }
        for (name, entry) in durable { copy.durable[name] = entry.copy(&copies) }
        for change in pending { copy.pending.append((change.name, change.entry?.copy(&copies))) }
        return copy
    }

    func sync() {
        durable = live
        pending = []
    }

    func failSync() {
        pending = []
    }

    /// The two halves of a rename survive each on its own: POSIX promises no more.
    func cutPower(_ survives: () -> Bool) throws(DiskFailure) {
        for change in pending where survives() {
            durable[change.name] = change.entry
        }
        pending = []
        live = durable
        // In order of names, so that the same seed gives the same disk.
        for (_, entry) in live.sorted(by: { $0.key < $1.key }) {
            switch entry {
            case .file(let node): try node.cutPower(survives)
            case .directory(let directory): try directory.cutPower(survives)
            }
        }
    }
}

extension SimulatedDiskDirectory.Entry {
    fileprivate func copy(_ copies: inout SimulatedDiskCopies) -> Self {
        switch self {
        case .directory(let directory): return .directory(directory.copy(&copies))
        case .file(let node):
            let copy = copies.files[ObjectIdentifier(node)] ?? node.copy()
            copies.files[ObjectIdentifier(node)] = copy
            return .file(copy)
        }
    }
}

/// What was copied of a disk, by the original, while its tree is walked.
struct SimulatedDiskCopies {
    var files: [ObjectIdentifier: SimulatedDiskNode] = [:]
    var directories: [ObjectIdentifier: SimulatedDiskDirectory] = [:]
}
