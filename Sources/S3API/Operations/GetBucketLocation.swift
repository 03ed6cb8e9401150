import HTTPServer
import XML

extension S3Door {
    /// The region; `us-east-1` is the empty element.
    func getBucketLocation(_ call: S3Call) async throws -> HTTPResponse {
        .xml { xml in
            if settings.region == "us-east-1" {
                xml.empty("LocationConstraint", ("xmlns", XMLNamespace.s3))
            } else {
                xml.openRoot("LocationConstraint")
                xml.text(settings.region)
                xml.close()
            }
        }
    }
}
