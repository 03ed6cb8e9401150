import GRDB
import Objects
import Synchronization

/// Webhooks that listen to libraries, by project: asked in every commit, and nearly always nobody is there.
final class Listeners: Sendable {
    private let byProject: Mutex<[ProjectID: [Webhook]]>

    init(_ webhooks: [Webhook]) {
        byProject = Mutex(Dictionary(grouping: webhooks, by: \.project))
    }

    static func all(_ db: Database) throws -> [Webhook] {
        try db.all("\(EventRows.webhook) WHERE topics <> '' ORDER BY project, name", .none, EventRows.webhook)
    }

    func of(_ project: ProjectID) -> [Webhook] {
        byProject.withLock { $0.isEmpty ? [] : $0[project] ?? [] }
    }

    func replace(_ webhooks: [Webhook]) {
        let grouped = Dictionary(grouping: webhooks, by: \.project)
        byProject.withLock { $0 = grouped }
    }
}
