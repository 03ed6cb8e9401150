package import Objects

extension CatalogModel {
    package func createWebhook(_ webhook: Webhook) async throws {
        try write { state in
            guard state.projects[webhook.project] != nil else { throw StoreError.noSuchProject }
            let others = state.webhooks.filter { $0.project == webhook.project }
            guard !others.contains(where: { $0.name == webhook.name }) else { throw StoreError.webhookExists }
            guard others.count < Webhook.maximumOfProject else {
                throw StoreError.invalidArgument("a project has \(Webhook.maximumOfProject) webhooks at most")
            }
            state.webhooks.append(webhook)
        }
    }

    package func webhook(_ project: ProjectID, _ name: String) async throws -> Webhook? {
        read { $0.webhooks.first { $0.project == project && $0.name == name } }
    }

    package func webhooks(of project: ProjectID) async throws -> [Webhook] {
        read { $0.webhooks.filter { $0.project == project }.sorted { $0.name < $1.name } }
    }

    package func changeWebhook(_ webhook: Webhook) async throws {
        try write { state in
            let index = state.webhooks.firstIndex {
                $0.project == webhook.project && $0.name == webhook.name
            }
            guard let index else { throw StoreError.noSuchWebhook }
            var changed = webhook
            changed.created = state.webhooks[index].created
            state.webhooks[index] = changed
        }
    }

    package func deleteWebhook(_ project: ProjectID, _ name: String) async throws {
        try write { state in
            let before = state.webhooks.count
            state.webhooks.removeAll { $0.project == project && $0.name == name }
            guard state.webhooks.count < before else { throw StoreError.noSuchWebhook }
            state.outbox.removeAll { $0.project == project && $0.webhook == name }
            state.deadEvents.removeAll { $0.project == project && $0.webhook == name }
        }
    }

    package func post(
        _ events: [(webhook: String, event: ObjectEvent)], to project: ProjectID, now: Int64
    ) async throws {
        try write { $0.keep(events, of: project) }
    }

    package func dueEvents(now: Int64, limit: Int) async throws -> [OutboxEntry] {
        read { state in
            struct Line: Hashable {
                var project: ProjectID
                var webhook: String
                var bucket: BucketName?
                var key: [UInt8]
            }
            var seen: Set<Line> = []
            let first = state.outbox.filter {
                seen.insert(
                    Line(
                        project: $0.project, webhook: $0.webhook, bucket: $0.event.bucketEvent?.bucket,
                        key: $0.event.bucketEvent?.key ?? [])
                ).inserted
            }
            return Array(
                first.filter { $0.due <= now }.sorted { ($0.due, $0.id) < ($1.due, $1.id) }.prefix(limit))
        }
    }

    package func apply(_ outcomes: [Int64: DeliveryOutcome]) async throws {
        try write { state in
            for (id, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
                guard let index = state.outbox.firstIndex(where: { $0.id == id }) else { continue }
                state.outbox[index].attempts += 1
                switch outcome {
                case .delivered: state.outbox.remove(at: index)
                case .again(let moment): state.outbox[index].due = moment
                case .dead: state.deadEvents.append(state.outbox.remove(at: index))
                }
            }
        }
    }

    package func deadEvents(of project: ProjectID, limit: Int) async throws -> [OutboxEntry] {
        read {
            Array(
                $0.deadEvents.filter { $0.project == project }.sorted { $0.id < $1.id }.prefix(limit))
        }
    }

    package func revive(_ project: ProjectID, _ webhook: String, now: Int64) async throws -> Int {
        try write { state in
            let revived = state.deadEvents.filter { $0.project == project && $0.webhook == webhook }
            state.deadEvents.removeAll { $0.project == project && $0.webhook == webhook }
            state.outbox += revived.map {
                var entry = $0
                entry.attempts = 0
                entry.due = now
                entry.created = now
                return entry
            }
            state.outbox.sort { $0.id < $1.id }
            return revived.count
        }
    }

    package func outboxCounts() async throws -> (waiting: Int64, dead: Int64) {
        read { (Int64($0.outbox.count), Int64($0.deadEvents.count)) }
    }
}

extension CatalogModelState {
    mutating func keep(_ events: [(webhook: String, event: ObjectEvent)], of project: ProjectID) {
        for (webhook, event) in events {
            nextEvent += 1
            outbox.append(
                OutboxEntry(
                    id: nextEvent, project: project, webhook: webhook, event: .bucket(event), created: now,
                    due: now))
        }
    }

    mutating func announce(
        _ origin: ChangeOrigin?, _ kind: ObjectEvent.Kind? = nil, of subject: EventSubject, in bucket: Bucket
    ) throws {
        keep(try bucket.events(origin, kind, of: subject, time: now), of: bucket.project)
    }
}
