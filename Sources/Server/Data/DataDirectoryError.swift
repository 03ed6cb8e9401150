import Glibc

/// Why a data directory cannot be used.
package enum DataDirectoryError: Error, Hashable, CustomStringConvertible {
    /// Another process holds the lock.
    case inUse(String)
    case unknownFormat(String, found: String)
    case badMasterKey(String)
    case io(String, errno: Int32)

    package var description: String {
        switch self {
        case .inUse(let path): "\(path) is used by another process"
        case .unknownFormat(let path, let found):
            "\(path) has format \(found), which this version does not know (it knows \(DataDirectory.format))"
        case .badMasterKey(let path): "\(path) is not a key of 32 bytes"
        case .io(let what, let code): "\(what): \(String(cString: strerror(code)))"
        }
    }
}
