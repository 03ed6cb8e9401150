import Glibc
import NIOCore

/// Why an address cannot be listened at.
package struct ListenError: Error, CustomStringConvertible {
    package let description: String

    init(_ address: ServerConfiguration.Address, _ error: any Error) {
        let reason =
            if let error = error as? IOError {
                String(cString: strerror(error.errnoCode))
            } else {
                "\(error)"
            }
        description = "cannot listen at \(address): \(reason)"
    }
}
