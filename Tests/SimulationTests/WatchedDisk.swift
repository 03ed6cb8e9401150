import Blobs

/// A disk whose operations are watched.
final class WatchedDisk: Disk {
    private let disk: any Disk
    private let watcher: any StepWatcher

    init(_ disk: any Disk, _ watcher: any StepWatcher) {
        self.disk = disk
        self.watcher = watcher
    }

    func create(_ path: String) throws(DiskFailure) -> any DiskFile {
        let file = try watcher.watch(.create, path) { () throws(DiskFailure) in try disk.create(path) }
        return WatchedFile(file, path, watcher)
    }

    func open(_ path: String, forWriting: Bool) throws(DiskFailure) -> any DiskFile {
        let file = try watcher.watch(.open, path) { () throws(DiskFailure) in
            try disk.open(path, forWriting: forWriting)
        }
        return WatchedFile(file, path, watcher)
    }

    func rename(_ path: String, to newPath: String) throws(DiskFailure) {
        try watcher.watch(.rename, path) { () throws(DiskFailure) in try disk.rename(path, to: newPath) }
    }

    func unlink(_ path: String) throws(DiskFailure) {
        try watcher.watch(.unlink, path) { () throws(DiskFailure) in try disk.unlink(path) }
    }

    func makeDirectory(_ path: String) throws(DiskFailure) {
        try watcher.watch(.makeDirectory, path) { () throws(DiskFailure) in try disk.makeDirectory(path) }
    }

    func syncDirectory(_ path: String) throws(DiskFailure) {
        try watcher.watch(.syncDirectory, path) { () throws(DiskFailure) in try disk.syncDirectory(path) }
    }

    func list(_ path: String, _ entry: (String) -> Void) throws(DiskFailure) {
        try watcher.watch(.list, path) { () throws(DiskFailure) in try disk.list(path, entry) }
    }

    func status(_ path: String) throws(DiskFailure) -> FileStatus {
        try watcher.watch(.status, path) { () throws(DiskFailure) in try disk.status(path) }
    }
}

/// A file of a watched disk.
private final class WatchedFile: DiskFile {
    private let file: any DiskFile
    private let path: String
    private let watcher: any StepWatcher

    init(_ file: any DiskFile, _ path: String, _ watcher: any StepWatcher) {
        self.file = file
        self.path = path
        self.watcher = watcher
    }

    var descriptor: Int32 { file.descriptor }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(DiskFailure) {
        try watcher.watch(.write, path) { () throws(DiskFailure) in try file.write(bytes, at: offset) }
    }

    func read(into memory: UnsafeMutableRawBufferPointer, at offset: Int64) throws(DiskFailure) -> Int {
        try watcher.watch(.read, path) { () throws(DiskFailure) in try file.read(into: memory, at: offset) }
    }

    func truncate(to length: Int64) throws(DiskFailure) {
        try watcher.watch(.truncate, path) { () throws(DiskFailure) in try file.truncate(to: length) }
    }

    func startWriteBack(offset: Int64, length: Int64) {
        file.startWriteBack(offset: offset, length: length)
    }

    func sync() throws(DiskFailure) {
        try watcher.watch(.sync, path) { () throws(DiskFailure) in try file.sync() }
    }

    func punch(offset: Int64, length: Int64) throws(DiskFailure) {
        try watcher.watch(.punch, path) { () throws(DiskFailure) in
            try file.punch(offset: offset, length: length)
        }
    }

    func status() throws(DiskFailure) -> FileStatus {
        try watcher.watch(.status, path) { () throws(DiskFailure) in try file.status() }
    }
}

extension StepWatcher {
    fileprivate func watch<T>(
        _ operation: DiskFailure.Operation, _ path: String, _ body: () throws(DiskFailure) -> T
    ) throws(DiskFailure) -> T {
        let step = Step.disk(operation, path: path)
        if let errno = beforeBlocking(step) { throw DiskFailure(operation, errno: errno) }
        let value = try body()
        if let errno = afterBlocking(step) { throw DiskFailure(operation, errno: errno) }
        return value
    }
}
