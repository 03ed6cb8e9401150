import GRDB
import Objects

/// What an error of the database means for the store.
struct DatabaseFailure {
    let message: String
    let storeError: StoreError
    /// What is on the disk is unknown, or not to be trusted: the process must stop.
    let isFatal: Bool

    init(_ error: any Error) {
        guard let error = error as? DatabaseError else {
            message = "\(error)"
            storeError = (error as? StoreError) ?? .internalFault("\(error)")
            isFatal = false
            return
        }
        // Without the arguments, which are the users' data.
        message = "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "") \(error.sql ?? "")"
        switch error.resultCode {
        case .SQLITE_FULL:
            storeError = .outOfSpace
            isFatal = false
        case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE:
            // The index of the log could not grow.
            storeError = .outOfSpace
            isFatal = false
        case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CANTOPEN, .SQLITE_READONLY:
            storeError = .internalFault(message)
            isFatal = true
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            storeError = .overloaded
            isFatal = false
        default:
            storeError = .internalFault(message)
            isFatal = false
        }
    }
}
