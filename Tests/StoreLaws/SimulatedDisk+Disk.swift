package import Blobs
import Glibc
import Synchronization

extension SimulatedDisk {
    package func create(_ path: String) throws(DiskFailure) -> any DiskFile {
        try state.withLock { state throws(DiskFailure) in
            try state.begin(.create, path)
            let (directory, name) = try state.parent(path, for: .create)
            guard directory.live[name] == nil else { throw DiskFailure(.create, errno: EEXIST) }
            let node = try SimulatedDiskNode()
            directory.set(name, .file(node))
            return SimulatedDiskFile(self, path, node, state.generation)
        }
    }

    package func open(_ path: String, forWriting: Bool) throws(DiskFailure) -> any DiskFile {
        try state.withLock { state throws(DiskFailure) in
            try state.begin(.open, path)
            let node = try state.node(path, for: .open)
            return SimulatedDiskFile(self, path, node, state.generation)
        }
    }

    package func rename(_ path: String, to newPath: String) throws(DiskFailure) {
        try state.withLock { state throws(DiskFailure) in
            try state.begin(.rename, path)
            let node = try state.node(path, for: .rename)
            let (source, oldName) = try state.parent(path, for: .rename)
            let (target, newName) = try state.parent(newPath, for: .rename)
            target.set(newName, .file(node))
            source.set(oldName, nil)
        }
    }

    package func unlink(_ path: String) throws(DiskFailure) {
        try state.withLock { state throws(DiskFailure) in
            try state.begin(.unlink, path)
            _ = try state.node(path, for: .unlink)
            let (directory, name) = try state.parent(path, for: .unlink)
            directory.set(name, nil)
        }
    }

    package func makeDirectory(_ path: String) throws(DiskFailure) {
        try state.withLock { state throws(DiskFailure) in
            try state.begin(.makeDirectory, path)
            let (directory, name) = try state.parent(path, for: .makeDirectory)
            guard directory.live[name] == nil else { throw DiskFailure(.makeDirectory, errno: EEXIST) }
            directory.set(name, .directory(SimulatedDiskDirectory()))
        }
    }

    package func syncDirectory(_ path: String) throws(DiskFailure) {
        try state.withLock { state throws(DiskFailure) in
            do throws(DiskFailure) {
                try state.begin(.syncDirectory, path)
            } catch {
                if state.hasPower { try state.directory(path, for: .syncDirectory).failSync() }
                throw error
            }
            let directory = try state.directory(path, for: .syncDirectory)
            if !state.lies.contains(.syncDirectory) { directory.sync() }
        }
    }

    package func list(_ path: String, _ entry: (String) -> Void) throws(DiskFailure) {
        let names = try state.withLock { state throws(DiskFailure) in
            try state.begin(.list, path)
            return Array(try state.directory(path, for: .list).live.keys)
        }
        for name in names.sorted() { entry(name) }
    }

    package func status(_ path: String) throws(DiskFailure) -> FileStatus {
        try state.withLock { state throws(DiskFailure) in
            try state.begin(.status, path)
            return try state.node(path, for: .status).live.status()
        }
    }
}
