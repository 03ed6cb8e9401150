import Auth
import HTTPServer
import Objects
import XML

extension S3Door {
    func getBucketNotificationConfiguration(_ call: S3Call) async throws -> HTTPResponse {
        let configuration = try call.bucket.notifications ?? NotificationConfiguration(rules: [])
        return .xml { $0.notifications(configuration) }
    }

    /// Subscribes webhooks of the bucket's project to changes of its objects, and sends each a test event, as AWS does.
    ///
    /// A webhook is named by the ARN of a queue, topic or function: `arn:aws:sqs:REGION:PROJECT:NAME`.
    func putBucketNotificationConfiguration(_ call: S3Call) async throws -> HTTPResponse {
        let bucket = call.bucket
        let configuration = try NotificationConfiguration(
            try await self.configuration(call, root: "NotificationConfiguration"), region: settings.region,
            account: bucket.project)
        for rule in configuration.rules
        where try await store.events.webhook(bucket.project, rule.webhook) == nil {
            throw NotificationConfiguration.unreachable(rule.arn)
        }
        _ = try await store.accounts.setConfiguration(
            bucket.id, .notification, configuration.rules.isEmpty ? nil : configuration.encoded)
        let origin = ChangeOrigin(
            .test, account: call.account, address: call.request.remoteAddress, requestID: call.request.id)
        var tested: Set<String> = []
        let tests = configuration.rules.filter { tested.insert($0.webhook).inserted }.map { rule in
            (
                webhook: rule.webhook,
                event: ObjectEvent(
                    kind: .test, configurationID: rule.id, origin: origin, bucket: bucket.name,
                    owner: bucket.project, time: store.now)
            )
        }
        if !tests.isEmpty { try await store.events.post(tests, to: bucket.project, now: store.now) }
        return HTTPResponse(status: 200)
    }
}
