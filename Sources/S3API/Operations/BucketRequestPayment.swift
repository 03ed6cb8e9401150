import HTTPServer
import Objects
import XML

extension S3Door {
    private static let payers = ["BucketOwner", "Requester"]

    func getBucketRequestPayment(_ call: S3Call) async throws -> HTTPResponse {
        .xml { xml in
            xml.openRoot("RequestPaymentConfiguration")
            xml.element("Payer", call.bucket.requesterPays ? "Requester" : "BucketOwner")
            xml.close()
        }
    }

    /// Keeps who would pay: nobody is charged here, but accounts that are not the bucket's must say that they agree.
    func putBucketRequestPayment(_ call: S3Call) async throws -> HTTPResponse {
        let root = try await configuration(call, root: "RequestPaymentConfiguration")
        guard let payer = root.text(of: "Payer")?.trimmed, Self.payers.contains(payer) else {
            throw S3Error(.malformedXML)
        }
        let document = payer == "Requester" ? Array(payer.utf8) : nil
        _ = try await store.accounts.setConfiguration(call.bucket.id, .requestPayment, document)
        return HTTPResponse(status: 200)
    }
}

extension Bucket {
    /// Whether requests of other accounts must carry `x-amz-request-payer`.
    var requesterPays: Bool { configurations[.requestPayment] != nil }
}
