import HTTPServer
import XML

extension S3Door {
    func getBucketRequestPayment(_ call: S3Call) async throws -> HTTPResponse {
        .xml { xml in
            xml.openRoot("RequestPaymentConfiguration")
            xml.element("Payer", "BucketOwner")
            xml.close()
        }
    }
}
