import Glibc

/// Where commands reach the server that holds a data directory, under a name that a socket's address can hold.
///
/// An address has room for 107 bytes (unix(7)); a longer path is reached through a descriptor of its directory.
package struct SocketPath: ~Copyable {
    private static let longest = 107

    /// Good as long as this value lives.
    package let path: String
    private let directory: Int32?

    package init(in dataPath: String) {
        let plain = DataDirectory.socketPath(in: dataPath)
        guard plain.utf8.count > Self.longest else {
            path = plain
            directory = nil
            return
        }
        let descriptor = open(dataPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        directory = descriptor < 0 ? nil : descriptor
        path = descriptor < 0 ? plain : DataDirectory.socketPath(in: "/proc/self/fd/\(descriptor)")
    }

    deinit {
        if let directory { close(directory) }
    }
}
