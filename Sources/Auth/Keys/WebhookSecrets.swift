import Digests
package import Objects

/// Secrets of webhooks: made, sealed for the catalog, and used to sign what is delivered.
///
/// Source: Standard Webhooks, "Signature scheme" (github.com/standard-webhooks): a receiver verifies deliveries with any
/// of its libraries.
package struct WebhookSecrets: Sendable {
    private static let prefix = "whsec_"
    private static let length = 32
    /// Bytes of a secret that a user brings, as the scheme has them.
    private static let lengths = 24...64

    private let sealing: Seal

    init(masterKey: [UInt8]) {
        sealing = Seal(masterKey: masterKey, purpose: "coffer webhook secret 1")
    }

    /// A webhook and its secret, `whsec_` and base64.
    ///
    /// - Parameter secret: nil makes one. Throws `invalidArgument` for one of another form.
    package func newWebhook(
        project: ProjectID, name: String, url: String, secret: String? = nil, now: Int64
    ) throws(StoreError) -> (webhook: Webhook, secret: String) {
        let bytes: [UInt8]
        if let secret {
            guard secret.hasPrefix(Self.prefix),
                let decoded = Base64.decode(String(secret.dropFirst(Self.prefix.count))),
                Self.lengths.contains(decoded.count)
            else {
                throw .invalidArgument("a webhook's secret is whsec_ and 24 to 64 bytes in base64")
            }
            bytes = decoded
        } else {
            bytes = randomBytes(Self.length)
        }
        let webhook = Webhook(
            project: project, name: name, url: url,
            sealedSecret: sealing.seal(bytes, of: Self.sealName(project, name)), created: now)
        return (webhook, Self.prefix + Base64.encode(bytes))
    }

    /// The value of `webhook-signature`: `v1,` and the HMAC-SHA-256 of id, timestamp and body in base64.
    ///
    /// - Parameter timestamp: seconds since 1970.
    /// - Throws: `corrupt` when the secret was not sealed under this master key.
    package func signature(
        _ webhook: Webhook, id: String, timestamp: Int64, body: [UInt8]
    ) throws(StoreError) -> String {
        guard
            let secret = sealing.open(
                webhook.sealedSecret, of: Self.sealName(webhook.project, webhook.name))
        else { throw .corrupt("the secret of webhook \(webhook.name) cannot be opened") }
        return Self.signature(secret: secret, id: id, timestamp: timestamp, body: body)
    }

    /// The same under a secret that is at hand.
    package static func signature(secret: [UInt8], id: String, timestamp: Int64, body: [UInt8]) -> String {
        let mac = hmac(.sha256, key: secret, message: Array("\(id).\(timestamp).".utf8) + body)
        return "v1,\(Base64.encode(mac))"
    }

    private static func sealName(_ project: ProjectID, _ name: String) -> String {
        "\(project.string)/\(name)"
    }
}
