import HTTPServer
import Objects
import XML

extension S3Door {
    /// Nothing in the document while versioning was never switched on.
    func getBucketVersioning(_ call: S3Call) async throws -> HTTPResponse {
        .xml { xml in
            xml.openRoot("VersioningConfiguration")
            switch call.bucket.versioning {
            case .off: break
            case .enabled: xml.element("Status", "Enabled")
            case .suspended: xml.element("Status", "Suspended")
            }
            xml.close()
        }
    }
}
