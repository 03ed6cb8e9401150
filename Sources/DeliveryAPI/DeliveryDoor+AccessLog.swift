import Auth
import HTTPServer
import Objects

/// What is known of a request when its answer is made, refusals included.
struct DeliveryFacts {
    var operation: DeliveryOperation?
    var site: Site?
    var key: ObjectKey?
    var principal: Principal?
}

extension DeliveryDoor {
    /// Records the request once its answer is sent, when its bucket keeps a log.
    ///
    /// AWS's log has names for requests to a website's host, and this door is one; what only Coffer has, uploads in
    /// ranges, is told as their method on the object.
    func addRecord(to response: inout HTTPResponse, _ request: HTTPRequest, _ facts: DeliveryFacts) {
        guard let bucket = facts.site?.bucket, bucket.configurations[.logging] != nil else { return }
        let record = AccessRecord(
            bucket: bucket, request: request, operation: "WEBSITE.\(request.method.name).OBJECT",
            key: facts.key?.bytes, principal: facts.principal, response: response)
        accessLog.record(record, whenSent: &response, isHead: request.method == .head)
    }
}
