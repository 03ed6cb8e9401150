internal import Glibc

extension Disk {
    func exists(_ path: String) throws(DiskFailure) -> Bool {
        do throws(DiskFailure) {
            _ = try status(path)
            return true
        } catch {
            guard error.errno == ENOENT else { throw error }
            return false
        }
    }

    func makeDirectoryIfMissing(_ path: String) throws(DiskFailure) {
        do throws(DiskFailure) {
            try makeDirectory(path)
        } catch {
            guard error.errno == EEXIST else { throw error }
        }
    }

    func unlinkIfThere(_ path: String) throws(DiskFailure) {
        do throws(DiskFailure) {
            try unlink(path)
        } catch {
            guard error.errno == ENOENT else { throw error }
        }
    }

    func syncDirectoryIfThere(_ path: String) throws(DiskFailure) {
        do throws(DiskFailure) {
            try syncDirectory(path)
        } catch {
            guard error.errno == ENOENT else { throw error }
        }
    }

    /// Nil when there is no such file.
    func openIfThere(_ path: String, forWriting: Bool) throws(DiskFailure) -> (any DiskFile)? {
        do throws(DiskFailure) {
            return try open(path, forWriting: forWriting)
        } catch {
            guard error.errno == ENOENT else { throw error }
            return nil
        }
    }

    /// Whether the file system of a folder can punch holes; taken for granted when no file can be made now, as
    /// on a full disk.
    func canPunchHoles(in folder: String) -> Bool {
        let path = folder + "/probe"
        do throws(DiskFailure) {
            try unlinkIfThere(path)
            let file = try create(path)
            defer {
                // What stays behind is removed by the next probe.
                try? unlink(path)
            }
            try file.punch(offset: 0, length: 4096)
            return true
        } catch {
            return !error.saysPunchingIsImpossible
        }
    }
}

extension DiskFailure {
    var saysPunchingIsImpossible: Bool {
        operation == .punch && (errno == EOPNOTSUPP || errno == ENOSYS)
    }
}
