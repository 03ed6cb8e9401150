import Auth
import Digests
import Files
import HTTPServer
import Objects

extension LibraryEndpoint {
    static let webhooks: [LibraryEndpoint] = [
        LibraryEndpoint(
            "list_webhooks", .get, "/webhooks", .write, "Addresses that are told what happens.", "Webhook",
            isList: true, run: { try await $0.listWebhooks($1) }),
        LibraryEndpoint(
            "create_webhook", .post, "/webhooks", .write,
            "Has an address told what happens; the secret that signs deliveries is in this answer only.",
            body: [
                Field("url", "string", "http or https.", isRequired: true),
                Field("topics", "array", "What it is told; everything unasked."),
            ], answers: 201, "Webhook", run: { try await $0.createWebhook($1) }),
        LibraryEndpoint(
            "get_webhook", .get, "/webhooks/{id}", .write, "One webhook.", "Webhook",
            run: { try await $0.getWebhook($1) }),
        LibraryEndpoint(
            "update_webhook", .patch, "/webhooks/{id}", .write, "Changes a webhook; what is not sent stays.",
            body: [
                Field("url", "string", "http or https."), Field("topics", "array", "What it is told."),
                Field("status", "string", "active or paused."),
            ], "Webhook", run: { try await $0.changeWebhook($1) }),
        LibraryEndpoint(
            "roll_webhook", .post, "/webhooks/{id}/roll", .write, "Gives a webhook another secret.",
            "Webhook",
            run: { try await $0.rollWebhook($1) }),
        LibraryEndpoint(
            "delete_webhook", .delete, "/webhooks/{id}", .write, "Deletes a webhook and what waits for it.",
            answers: 202, "Message", run: { try await $0.deleteWebhook($1) }),
        LibraryEndpoint(
            "list_deliveries", .get, "/webhooks/{id}/deliveries", .write,
            "What became of the last attempts, the newest first.", "Delivery", isList: true,
            run: { try await $0.listDeliveries($1) }),
        LibraryEndpoint(
            "resend_deliveries", .post, "/webhooks/{id}/resend", .write,
            "Sends again what was given up.", "Resent", run: { try await $0.resendDeliveries($1) }),
    ]
}

extension LibraryDoor {
    private static let maximumDeliveries = 100

    func listWebhooks(_ call: LibraryCall) async throws -> LibraryAnswer {
        .list(
            try await store.events.webhooks(of: call.project).map { webhook in
                { Self.write(webhook, secret: nil, into: &$0) }
            })
    }

    func getWebhook(_ call: LibraryCall) async throws -> LibraryAnswer {
        let webhook = try await webhook(call)
        return .object(status: 200) { Self.write(webhook, secret: nil, into: &$0) }
    }

    func createWebhook(_ call: LibraryCall) async throws -> LibraryAnswer {
        guard let url = try call.text("url", maximum: Webhook.maximumURLLength) else {
            throw LibraryRefusal.invalid("url is missing.")
        }
        let (new, secret) = try keys.webhooks.newWebhook(
            project: call.project, name: "we_" + hexEncode(randomBytes(8)), url: try Self.checkedWebhook(url),
            now: store.now)
        var webhook = new
        webhook.topics = try topics(call) ?? ["*"]
        try await store.events.createWebhook(webhook)
        let made = webhook
        return .object(status: 201) { Self.write(made, secret: secret, into: &$0) }
    }

    func changeWebhook(_ call: LibraryCall) async throws -> LibraryAnswer {
        var webhook = try await webhook(call)
        if let url = try call.text("url", maximum: Webhook.maximumURLLength) {
            webhook.url = try Self.checkedWebhook(url)
        }
        if let topics = try topics(call) { webhook.topics = topics }
        switch try call.text("status") {
        case nil: break
        case "active": webhook.isPaused = false
        case "paused": webhook.isPaused = true
        default: throw LibraryRefusal.invalid("status is active or paused.")
        }
        try await store.events.changeWebhook(webhook)
        let changed = webhook
        return .object(status: 200) { Self.write(changed, secret: nil, into: &$0) }
    }

    func rollWebhook(_ call: LibraryCall) async throws -> LibraryAnswer {
        var webhook = try await webhook(call)
        let (fresh, secret) = try keys.webhooks.newWebhook(
            project: call.project, name: webhook.name, url: webhook.url, now: store.now)
        webhook.sealedSecret = fresh.sealedSecret
        try await store.events.changeWebhook(webhook)
        let changed = webhook
        return .object(status: 200) { Self.write(changed, secret: secret, into: &$0) }
    }

    func deleteWebhook(_ call: LibraryCall) async throws -> LibraryAnswer {
        let webhook = try await webhook(call)
        try await store.events.deleteWebhook(call.project, webhook.name)
        return .message(202, "\(webhook.name) deleted")
    }

    func listDeliveries(_ call: LibraryCall) async throws -> LibraryAnswer {
        let webhook = try await webhook(call)
        let records = try await library.deliveries(
            of: call.project, webhook: webhook.name, limit: Self.maximumDeliveries)
        return .list(
            records.map { record in
                { json in
                    json.beginObject()
                    json.member("event_id", "evt_\(record.event)")
                    json.member("kind", record.topic)
                    json.member("attempt", record.attempt)
                    json.name("status")
                    if let status = record.status { json.integer(status) } else { json.null() }
                    json.name("error")
                    if let error = record.error { json.string(error) } else { json.null() }
                    json.member("milliseconds", record.milliseconds)
                    json.member("created", timestamp(record.time))
                    json.endObject()
                }
            })
    }

    func resendDeliveries(_ call: LibraryCall) async throws -> LibraryAnswer {
        let webhook = try await webhook(call)
        let count = try await store.events.revive(call.project, webhook.name, now: store.now)
        return .object(status: 200) { json in
            json.beginObject()
            json.member("resent", count)
            json.endObject()
        }
    }

    private func webhook(_ call: LibraryCall) async throws -> Webhook {
        guard let found = try await store.events.webhook(call.project, call.words.first ?? "") else {
            throw LibraryRefusal.notFound("webhook")
        }
        return found
    }

    private func topics(_ call: LibraryCall) throws -> [String]? {
        guard let topics = try call.texts("topics", maximum: Webhook.maximumTopics) else { return nil }
        let known = LibraryEvent.Topic.allCases.map(\.rawValue)
        guard !topics.isEmpty, topics.allSatisfy({ $0 == "*" || known.contains($0) }) else {
            throw LibraryRefusal.invalid("topics are some of \(known.joined(separator: ", ")), or *.")
        }
        return topics
    }

    static func checkedWebhook(_ url: String) throws -> String {
        let rest = ["https://", "http://"].first { url.lowercased().hasPrefix($0) }.map {
            url.dropFirst($0.count)
        }
        guard let rest, let first = rest.first, !"/?#:".contains(first),
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw LibraryRefusal.invalid("A webhook's URL begins with http:// or https:// and names a host.")
        }
        return url
    }

    private static func write(_ webhook: Webhook, secret: String?, into json: inout JSONWriter) {
        json.beginObject()
        json.member("id", webhook.name)
        json.member("object", "webhook_endpoint")
        json.member("url", webhook.url)
        json.name("topics")
        json.beginArray()
        for topic in webhook.topics { json.string(topic) }
        json.endArray()
        json.member("status", webhook.isPaused ? "paused" : "active")
        if let secret { json.member("secret", secret) }
        json.member("created", timestamp(webhook.created))
        json.endObject()
    }
}
