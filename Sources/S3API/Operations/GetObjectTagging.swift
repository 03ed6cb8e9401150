import HTTPServer
import XML

extension S3Door {
    /// The empty set: clients that copy an object ask for its tags.
    func getObjectTagging(_ call: S3Call) async throws -> HTTPResponse {
        let version = try await existing(call)
        var headers = HeaderFields()
        headers.addVersion(version, in: call.bucket)
        return .xml(headers: headers) { xml in
            xml.openRoot("Tagging")
            xml.empty("TagSet")
            xml.close()
        }
    }
}
