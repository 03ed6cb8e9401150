import Auth
import Foundation
import Objects

/// A webhook as the commands show it; the secret only when it is made.
package struct WebhookAnswer: Codable, Sendable {
    package var name: String
    package var url: String
    package var secret: String?
    /// What notification configurations of buckets name it by.
    package var arns: [String]

    init(_ webhook: Webhook, region: String, secret: String? = nil) {
        name = webhook.name
        url = webhook.url
        self.secret = secret
        let place = "\(region):\(webhook.project.string)"
        arns = [
            "arn:aws:sqs:\(place):\(name)", "arn:aws:sns:\(place):\(name)",
            "arn:aws:lambda:\(place):function:\(name)",
        ]
    }
}

/// `coffer webhook create`.
package struct CreateWebhook: AdminCommand {
    package static let name = "webhook-create"
    /// Bytes of a name.
    private static let nameLengths = 1...64
    var project: String
    var webhook: String
    var url: String
    var secret: String?

    package init(project: String, webhook: String, url: String, secret: String?) {
        self.project = project
        self.webhook = webhook
        self.url = url
        self.secret = secret
    }

    package struct Answer: AdminAnswer {
        package var webhook: WebhookAnswer
        package var text: String {
            """
            webhook  \(webhook.name)
            url      \(webhook.url)
            secret   \(webhook.secret ?? "")
            arn      \(webhook.arns[0])
            The secret is shown this once: with it receivers verify the header webhook-signature.
            """
        }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        let isPlain = webhook.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
                || $0 == 0x2D || $0 == 0x5F
        }
        guard isPlain, Self.nameLengths.contains(webhook.utf8.count) else {
            throw AdminError("a webhook's name is letters, digits, '-' and '_', at most 64 of them")
        }
        guard let parts = URL(string: url), let scheme = parts.scheme, ["http", "https"].contains(scheme),
            parts.host?.isEmpty == false, url.utf8.count <= Webhook.maximumURLLength
        else { throw AdminError("a webhook's URL begins with http:// or https:// and names a host") }
        let owner = try await admin.project(project)
        let made = try admin.keys.webhooks.newWebhook(
            project: owner.id, name: webhook, url: url, secret: secret, now: admin.store.now)
        try await admin.store.events.createWebhook(made.webhook)
        return Answer(
            webhook: WebhookAnswer(made.webhook, region: admin.configuration.region, secret: made.secret))
    }
}

/// `coffer webhook list`.
package struct ListWebhooks: AdminCommand {
    package static let name = "webhook-list"
    var project: String

    package init(project: String) { self.project = project }

    package struct Answer: AdminAnswer {
        package var webhooks: [WebhookAnswer]
        package var text: String { webhooks.map { "\($0.name)\t\($0.url)" }.joined(separator: "\n") }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        let owner = try await admin.project(project)
        return Answer(
            webhooks: try await admin.store.events.webhooks(of: owner.id).map {
                WebhookAnswer($0, region: admin.configuration.region)
            })
    }
}

/// `coffer webhook delete`.
package struct DeleteWebhook: AdminCommand {
    package static let name = "webhook-delete"
    var project: String
    var webhook: String

    package init(project: String, webhook: String) {
        self.project = project
        self.webhook = webhook
    }

    package struct Answer: AdminAnswer {
        package var text: String { "deleted, with what waited for it" }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        let owner = try await admin.project(project)
        try await admin.store.events.deleteWebhook(owner.id, webhook)
        return Answer()
    }
}

/// `coffer webhook dead`.
package struct ListDeadEvents: AdminCommand {
    package static let name = "webhook-dead"
    private static let page = 1000
    var project: String

    package init(project: String) { self.project = project }

    package struct DeadEvent: Codable, Sendable {
        package var webhook: String
        package var event: String
        package var bucket: String
        package var key: String
        package var attempts: Int
    }

    package struct Answer: AdminAnswer {
        package var events: [DeadEvent]
        package var text: String {
            events.map { "\($0.webhook)\t\($0.event)\t\($0.bucket)/\($0.key)\t\($0.attempts) attempts" }
                .joined(separator: "\n")
        }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        let owner = try await admin.project(project)
        let dead = try await admin.store.events.deadEvents(of: owner.id, limit: Self.page)
        return Answer(
            events: dead.map {
                DeadEvent(
                    webhook: $0.webhook, event: $0.event.topic, bucket: $0.event.place.bucket,
                    key: String(decoding: $0.event.place.key, as: UTF8.self), attempts: $0.attempts)
            })
    }
}

/// `coffer webhook resend`.
package struct ResendEvents: AdminCommand {
    package static let name = "webhook-resend"
    var project: String
    var webhook: String

    package init(project: String, webhook: String) {
        self.project = project
        self.webhook = webhook
    }

    package struct Answer: AdminAnswer {
        package var resent: Int
        package var text: String { "\(resent) event\(resent == 1 ? "" : "s") will be sent again" }
    }

    package func run(in admin: AdminContext) async throws -> Answer {
        let owner = try await admin.project(project)
        guard try await admin.store.events.webhook(owner.id, webhook) != nil else {
            throw StoreError.noSuchWebhook
        }
        return Answer(
            resent: try await admin.store.events.revive(owner.id, webhook, now: admin.store.now))
    }
}
