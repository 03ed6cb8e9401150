package import HTTPServer
package import Objects

extension ChangeOrigin {
    /// Nil when the bucket tells nobody of its changes.
    package init?(_ kind: ObjectEvent.Kind, _ request: HTTPRequest, _ principal: Principal, in bucket: Bucket)
    {
        guard bucket.configurations[.notification] != nil else { return nil }
        self.init(
            kind, account: principal.credential?.project, address: request.remoteAddress,
            requestID: request.id)
    }
}
