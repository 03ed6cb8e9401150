package import Blobs
import Glibc
import Synchronization

/// An open file of the simulated disk.
package final class SimulatedDiskFile: DiskFile {
    private let disk: SimulatedDisk
    /// The name under which it was opened, for the log.
    private let path: String
    private let node: SimulatedDiskNode
    /// Keeps the descriptor valid after a restart.
    private let file: POSIXFile
    private let generation: Int

    init(_ disk: SimulatedDisk, _ path: String, _ node: SimulatedDiskNode, _ generation: Int) {
        self.disk = disk
        self.path = path
        self.node = node
        file = node.live
        self.generation = generation
    }

    package var descriptor: Int32 { file.descriptor }

    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(DiskFailure) {
        let bytes = Array(bytes)
        try disk.state.withLock { state throws(DiskFailure) in
            do throws(DiskFailure) {
                try begin(.write, &state)
            } catch {
                let half = Array(bytes.prefix(bytes.count / 2))
                if isAlive(state) { try node.apply(.write(offset: offset, bytes: half)) }
                throw error
            }
            try node.apply(.write(offset: offset, bytes: bytes))
        }
    }

    package func read(
        into memory: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(DiskFailure) -> Int {
        try disk.state.withLock { state throws(DiskFailure) in try begin(.read, &state) }
        return try file.read(into: memory, at: offset)
    }

    package func truncate(to length: Int64) throws(DiskFailure) {
        try disk.state.withLock { state throws(DiskFailure) in
            try begin(.truncate, &state)
            try node.apply(.truncate(length))
        }
    }

    package func startWriteBack(offset: Int64, length: Int64) {}

    package func sync() throws(DiskFailure) {
        try disk.state.withLock { state throws(DiskFailure) in
            do throws(DiskFailure) {
                try begin(.sync, &state)
            } catch {
                if isAlive(state) { node.failSync() }
                throw error
            }
            if !state.lies.contains(.sync) { try node.sync() }
        }
    }

    package func punch(offset: Int64, length: Int64) throws(DiskFailure) {
        try disk.state.withLock { state throws(DiskFailure) in
            try begin(.punch, &state)
            try node.apply(.punch(offset: offset, length: length))
        }
    }

    package func status() throws(DiskFailure) -> FileStatus {
        try disk.state.withLock { state throws(DiskFailure) in
            try begin(.status, &state)
            return try file.status()
        }
    }

    private func begin(
        _ kind: DiskFailure.Operation, _ state: inout SimulatedDisk.State
    ) throws(DiskFailure) {
        try state.begin(kind, path)
        guard state.generation == generation else { throw DiskFailure(kind, errno: EIO) }
    }

    private func isAlive(_ state: SimulatedDisk.State) -> Bool {
        state.hasPower && state.generation == generation
    }
}
