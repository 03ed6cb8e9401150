import Blobs

/// A file of the simulated disk, with what a power cut would leave of it.
// Safe because it is only touched under the disk's lock.
final class SimulatedDiskNode: @unchecked Sendable {
    enum Change {
        case write(offset: Int64, bytes: [UInt8])
        case truncate(Int64)
        case punch(offset: Int64, length: Int64)
    }

    /// What is read now.
    private(set) var live: POSIXFile
    private var durable: [UInt8] = []
    /// Since the last sync, in order.
    private var pending: [Change] = []

    /// What survives of one write as one.
    private static let sector = 4096
    private static let zeros = [UInt8](repeating: 0, count: sector)[...]

    init() throws(DiskFailure) {
        live = try POSIXFile.inMemory()
    }

    private init(_ other: SimulatedDiskNode) {
        live = other.live
        durable = other.durable
        pending = other.pending
    }

    /// What a power cut would leave is the copy's own; what is seen now it has in common with the original.
    func copy() -> SimulatedDiskNode {
        SimulatedDiskNode(self)
    }

    func apply(_ change: Change) throws(DiskFailure) {
        switch change {
        case .write(let offset, let bytes):
            try bytes.span.withUnsafeBytes { memory throws(DiskFailure) in
                try live.write(memory, at: offset)
            }
        case .truncate(let length):
            try live.truncate(to: length)
        case .punch(let offset, let length):
            try live.punch(offset: offset, length: length)
        }
        pending.append(change)
    }

    func sync() throws(DiskFailure) {
        durable = try contents()
        pending = []
    }

    /// The system reports the failure once and takes the pages for clean: what was not durable never will be.
    func failSync() {
        pending = []
    }

    /// After a power cut only what was durable is there, and of the rest what `survives`.
    func cutPower(_ survives: () -> Bool) throws(DiskFailure) {
        for change in pending {
            switch change {
            case .write(let offset, let bytes):
                for start in stride(from: 0, to: bytes.count, by: Self.sector) where survives() {
                    let end = min(start + Self.sector, bytes.count)
                    replace(at: Int(offset) + start, with: bytes[start..<end])
                }
            case .truncate(let length) where survives():
                resize(to: Int(length))
            case .punch(let offset, let length) where survives():
                let end = min(Int(offset + length), durable.count)
                guard Int(offset) < end else { continue }
                replace(at: Int(offset), with: [UInt8](repeating: 0, count: end - Int(offset))[...])
            case .truncate, .punch:
                break
            }
        }
        pending = []
        live = try POSIXFile.inMemory()
        try live.truncate(to: Int64(durable.count))
        for start in stride(from: 0, to: durable.count, by: Self.sector) {
            let sector = Array(durable[start..<min(start + Self.sector, durable.count)])
            // A hole stays a hole.
            guard sector[...] != Self.zeros[..<sector.count] else { continue }
            try sector.span.withUnsafeBytes { memory throws(DiskFailure) in
                try live.write(memory, at: Int64(start))
            }
        }
    }

    func contents() throws(DiskFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(try live.status().size))
        var span = bytes.mutableSpan
        _ = try span.withUnsafeMutableBytes { memory throws(DiskFailure) in
            try live.read(into: memory, at: 0)
        }
        return bytes
    }

    private func replace(at offset: Int, with bytes: ArraySlice<UInt8>) {
        if durable.count < offset + bytes.count { resize(to: offset + bytes.count) }
        durable.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }

    private func resize(to length: Int) {
        if length < durable.count {
            durable.removeLast(durable.count - length)
        } else {
            durable += [UInt8](repeating: 0, count: length - durable.count)
        }
    }
}
