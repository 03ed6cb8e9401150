import Glibc

/// Whether the path is a symbolic link.
func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
}

/// Whether the path is a file that may be run.
func isProgram(_ path: String) -> Bool {
    access(path, X_OK) == 0
}

/// Processors that are online.
func processorCount() -> Int {
    max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}
