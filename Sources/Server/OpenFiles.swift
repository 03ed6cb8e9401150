import Glibc

/// The number of files that this process may have open; every connection is one.
enum OpenFiles {
    /// Raises the limit that holds to the one that the system allows at most. A refusal leaves it as it was.
    static func allowAll() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
    }
}
