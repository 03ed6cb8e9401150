/// Webhooks, and the outbox of events that wait for them.
///
/// Changes of objects put their own events into the outbox, in their transactions: the arguments that carry an `origin`
/// do, when the bucket has a subscription that wants it.
package protocol EventCatalog: Sendable {
    /// Throws `webhookExists`, `noSuchProject`, `invalidArgument` for one too many.
    func createWebhook(_ webhook: Webhook) async throws
    func webhook(_ project: ProjectID, _ name: String) async throws -> Webhook?
    /// By name.
    func webhooks(of project: ProjectID) async throws -> [Webhook]
    /// In place of the one with its name, whose time of creation stays. Throws `noSuchWebhook`.
    func changeWebhook(_ webhook: Webhook) async throws
    /// With what waits for it. Throws `noSuchWebhook`.
    func deleteWebhook(_ project: ProjectID, _ name: String) async throws

    /// Puts events into the outbox that no change brings.
    func post(_ events: [(webhook: String, event: ObjectEvent)], to project: ProjectID, now: Int64)
        async throws
    /// What is due, oldest first: of each webhook and key only the oldest, for order is kept.
    func dueEvents(now: Int64, limit: Int) async throws -> [OutboxEntry]
    /// After deliveries; unknown ids are done already.
    func apply(_ outcomes: [Int64: DeliveryOutcome]) async throws
    /// Events that were given up, oldest first.
    func deadEvents(of project: ProjectID, limit: Int) async throws -> [OutboxEntry]
    /// Makes the dead events of a webhook due again; how many there were.
    func revive(_ project: ProjectID, _ webhook: String, now: Int64) async throws -> Int
    /// Events that wait, and events that were given up.
    func outboxCounts() async throws -> (waiting: Int64, dead: Int64)
}

/// What became of a delivery.
package enum DeliveryOutcome: Hashable, Sendable {
    case delivered
    /// Tried again at milliseconds since 1970.
    case again(at: Int64)
    /// Given up: kept until it is revived, or until there are `maximumDead` newer ones.
    case dead

    /// Dead events of one project.
    package static let maximumDead = 10_000
}
