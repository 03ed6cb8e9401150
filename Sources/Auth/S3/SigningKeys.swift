import Digests
import Synchronization

/// Derives signing keys and remembers them: a key is good for a day, and deriving it takes four HMACs.
///
/// Source: AWS, "Create a signed AWS API request", "Derive a signing key".
final class SigningKeys: Sendable {
    /// Signing keys remembered.
    static let limit = 1024

    private struct Name: Hashable {
        var secret: [UInt8]
        var date: String
        var region: String
        var service: String
    }

    private let known = Mutex<[Name: [UInt8]]>([:])

    func key(secret: [UInt8], scope: CredentialScope) -> [UInt8] {
        let name = Name(secret: secret, date: scope.date, region: scope.region, service: scope.service)
        if let key = known.withLock({ $0[name] }) { return key }
        let key = Self.derive(secret: secret, scope: scope)
        known.withLock { known in
            // Which of them to forget does not matter: one day's keys of 1,024 clients fit.
            if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
            known[name] = key
        }
        return key
    }

    var count: Int { known.withLock { $0.count } }

    static func derive(secret: [UInt8], scope: CredentialScope) -> [UInt8] {
        var key = Array("AWS4".utf8) + secret
        for step in [scope.date, scope.region, scope.service, CredentialScope.terminator] {
            key = hmac(.sha256, key: key, message: Array(step.utf8))
        }
        return key
    }
}
